import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PROFILE, type FindResult, type Outcome, type Target } from '@rollcall/targets';
import type { ClaimedOperation } from '../ledger/operation-store.ts';
import { compileSchema } from '../map/compile-schema.ts';
import { guideSchema } from '../map/guide-schema.ts';
import { TestClock } from '../testing/test-clock.ts';
import { PacedTarget, THROTTLES_MAX } from './paced-target.ts';
import { performOperation, SENDS_MAX } from './perform-operation.ts';

const SENT = { externalId: '1', userName: 'a@b', active: true };
const CREATED: Outcome = { kind: 'done', status: 201, object: { id: 'u-1', ...SENT } };
const DONE: Outcome = { kind: 'done', status: 204 };
const GONE: Outcome = { kind: 'notFound', status: 404, detail: 'none' };
const LOST: Outcome = { kind: 'unknown', detail: 'connection reset' };
const UNSENT: Outcome = { kind: 'failed', detail: 'connection refused' };
const BUSY: Outcome = { kind: 'throttled', status: 429, retryAfterMs: 5_000, detail: 'later' };
const TAKEN: Outcome = { kind: 'conflict', status: 409, detail: 'taken' };
const REFUSED: Outcome = { kind: 'refused', status: 400, detail: 'bad' };
const PAGE: Outcome = { kind: 'unusable', status: 200, detail: 'a web page' };
const HIT: FindResult = { kind: 'found', objects: [{ id: 'u-1', ...SENT }] };
const NO_HIT: FindResult = { kind: 'found', objects: [] };
const READ: Outcome = { kind: 'done', status: 200, object: { id: 'u-1', ...SENT } };

interface Script {
  readonly send?: readonly Outcome[];
  readonly find?: readonly FindResult[];
  readonly get?: readonly Outcome[];
}

/** A target that answers by a script, in order; what is not in it must not be asked. */
function scripted(script: Script) {
  const asked: string[] = [];
  const next = <T>(name: keyof Script, answers: readonly T[] = []): Promise<T> => {
    const answer = answers[asked.filter((each) => each === name).length];
    asked.push(name);
    if (answer === undefined) throw new Error(`the script has no answer to ${name} number ${asked.length}`);
    return Promise.resolve(answer);
  };
  const target: Target = {
    profile: DEFAULT_PROFILE,
    send: () => next('send', script.send),
    find: () => next('find', script.find),
    get: () => next('get', script.get),
    test: () => Promise.resolve({ ok: true, steps: [] }),
    close: () => Promise.resolve(),
  };
  return { asked, target };
}

function operation(change: Partial<ClaimedOperation>): ClaimedOperation {
  return {
    number: 1,
    phase: 'createUsers',
    kind: 'create',
    objectType: 'User',
    sourceObjectId: '1',
    targetId: null,
    request: { method: 'POST', path: '/Users', body: {} },
    matchedBy: { attribute: 'externalId', value: '1' },
    claim: null,
    before: null,
    sent: SENT,
    linkState: 'managed',
    members: null,
    uncertain: false,
    ...change,
  };
}

const update = operation({ kind: 'update', targetId: 'u-1', request: { method: 'PATCH', path: '/Users/u-1' } });
const removal = operation({
  kind: 'delete',
  targetId: 'u-1',
  request: { method: 'DELETE', path: '/Users/u-1' },
  linkState: 'removed',
});
const member = (id: string) => ({ type: 'User' as const, id, targetId: `u-${id}` });
const chunk = operation({
  kind: 'addMembers',
  objectType: 'Group',
  targetId: 'g-1',
  request: { method: 'PATCH', path: '/Groups/g-1' },
  members: [member('1'), member('2'), member('3')],
  linkState: null,
});
const uncertain = (each: ClaimedOperation): ClaimedOperation => ({ ...each, uncertain: true });

async function perform(each: ClaimedOperation, script: Script) {
  const { asked, target } = scripted(script);
  const clock = new TestClock();
  const signal = new AbortController().signal;
  const paced = new PacedTarget({ target, clock, signal, random: () => 0.5 });
  const settlement = await performOperation(each, { target: paced, schema: compileSchema(guideSchema()) });
  return { settlement, asked: asked.join(' '), clock };
}

for (const [what, each, script, asked, outcome] of [
  ['a create that is answered', operation({}), { send: [CREATED] }, 'send', 'done'],
  [
    'P9 a create whose answer is lost and that a read finds',
    operation({}),
    { send: [LOST], find: [HIT] },
    'send find',
    'adopted',
  ],
  [
    'P9 a create whose answer is lost and that a read does not find',
    operation({}),
    { send: [LOST, CREATED], find: [NO_HIT] },
    'send find send',
    'done',
  ],
  [
    'P9 a create that finds its own name taken after a lost answer',
    operation({}),
    { send: [LOST, TAKEN], find: [NO_HIT, HIT] },
    'send find send find',
    'adopted',
  ],
  [
    'P10 a create that an earlier run may have sent, found',
    uncertain(operation({})),
    { find: [HIT] },
    'find',
    'adopted',
  ],
  [
    'P10 a create that an earlier run may have sent, not found',
    uncertain(operation({})),
    { find: [NO_HIT], send: [CREATED] },
    'find send',
    'done',
  ],
  ['a create that certainly did not arrive', operation({}), { send: [UNSENT, CREATED] }, 'send send', 'done'],
  [
    'P9 an update whose answer is lost and that a read shows',
    update,
    { send: [LOST], get: [READ] },
    'send get',
    'verified',
  ],
  [
    'P9 an update whose answer is lost and that a read does not show',
    update,
    { send: [LOST, DONE], get: [{ ...READ, object: { id: 'u-1', active: false } }] },
    'send get send',
    'done',
  ],
  ['P9 a delete whose answer is lost, gone', removal, { send: [LOST], get: [GONE] }, 'send get', 'verified'],
  [
    'P9 a delete whose answer is lost, still there',
    removal,
    { send: [LOST, DONE], get: [READ] },
    'send get send',
    'done',
  ],
  ['a delete of what is gone already', removal, { send: [GONE], get: [GONE] }, 'send get', 'alreadyGone'],
  ['a chunk of members that an earlier run may have sent', uncertain(chunk), { send: [DONE] }, 'send', 'done'],
  ['a create that meets a web page and is found', operation({}), { send: [PAGE], find: [HIT] }, 'send find', 'adopted'],
  ['an operation that needs no request', operation({ kind: 'link', request: null }), {}, '', 'linked'],
] satisfies [string, ClaimedOperation, Script, string, string][]) {
  test(`${what}: ${outcome} after "${asked}"`, async () => {
    const result = await perform(each, script);
    assert.equal(result.asked, asked);
    assert.deepEqual(result.settlement.kind === 'done' ? result.settlement.outcome : result.settlement, outcome);
  });
}

for (const [what, each, script, asked, code] of [
  ['a create whose name is taken by someone else', operation({}), { send: [TAKEN] }, 'send', 'Conflict'],
  ['a conflict on an update is no duplicate account', update, { send: [TAKEN] }, 'send', 'Conflict'],
  ['a refusal is not sent again', update, { send: [REFUSED] }, 'send', 'UnprocessableEntity'],
  ['a 404 that a read by id confirms', update, { send: [GONE], get: [GONE] }, 'send get', 'InvalidAnchor'],
  [
    'a 404 that a read by id does not confirm drops no link',
    update,
    { send: [GONE], get: [READ] },
    'send get',
    'UnprocessableEntity',
  ],
  [
    'a web page instead of an answer, and nothing there',
    operation({}),
    { send: [PAGE], find: [NO_HIT] },
    'send find',
    'SystemForCrossDomainIdentityManagementServiceIncompatible',
  ],
  [
    'P9 a lost answer and reads that fail are never followed by a write',
    operation({}),
    { send: [LOST], find: Array(3).fill({ kind: 'error', outcome: LOST }) },
    'send find find find',
    'OutcomeUnknown',
  ],
  [
    'a target that never answers',
    operation({}),
    { send: Array(SENDS_MAX).fill(UNSENT) },
    Array(SENDS_MAX).fill('send').join(' '),
    'Timeout',
  ],
] satisfies [string, ClaimedOperation, Script, string, string][]) {
  test(`${what}: ${code} after "${asked}"`, async () => {
    const result = await perform(each, script);
    assert.equal(result.asked, asked);
    assert.equal(result.settlement.kind === 'failed' ? result.settlement.code : result.settlement.kind, code);
    assert.equal(result.settlement.kind === 'failed' && result.settlement.unlink === true, code === 'InvalidAnchor');
  });
}

test('an adopted object keeps what the target has, so that the next cycle sends the difference', async () => {
  const found = { kind: 'found', objects: [{ id: 'u-1', externalId: '1', userName: 'A@B' }] } as const;
  const { settlement } = await perform(operation({}), { send: [LOST], find: [found] });
  assert.deepEqual(settlement.kind === 'done' && settlement.sent, { externalId: '1', userName: 'A@B' });
});

test('P12 a refused chunk is halved, a refused single member is not', async () => {
  const { settlement } = await perform(chunk, { send: [REFUSED] });
  assert.equal(settlement.kind, 'split');
  assert.deepEqual(settlement.kind === 'split' && settlement.parts.map(({ members }) => members?.length), [2, 1]);
  const single = await perform({ ...chunk, members: [member('1')] }, { send: [REFUSED] });
  assert.equal(single.settlement.kind, 'failed');
});

test('a target that says "later" is waited for as long as it says', async () => {
  const { settlement, clock } = await perform(update, { send: [BUSY, BUSY, DONE] });
  assert.equal(settlement.kind, 'done');
  assert.ok(clock.now().getTime() - new TestClock().now().getTime() >= 10_000);
});

test('a target that says "later" for ever sends the object to escrow', async () => {
  const { settlement, asked } = await perform(update, { send: Array(THROTTLES_MAX + 1).fill(BUSY) });
  assert.equal(settlement.kind === 'failed' && settlement.code, 'TooManyRequests');
  assert.equal(asked.split(' ').length, THROTTLES_MAX + 1);
});
