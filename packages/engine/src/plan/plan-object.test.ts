import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PROFILE } from '@rollcall/targets';
import { takesAway } from '../guard/guard.ts';
import { compileSchema } from '../map/compile-schema.ts';
import { guideSchema } from '../map/guide-schema.ts';
import type { FlowType, JobSchema } from '../map/job-schema.ts';
import type { ScopedObject } from '../scope/scoped-object.ts';
import { type Decision, type OutOfScopePolicy, type PlanContext, planMatched, planObject } from './plan-object.ts';

function contextOf(
  outOfScope: OutOfScopePolicy = 'disable',
  flowTypes: readonly FlowType[] = ['Add', 'Update', 'Delete'],
): PlanContext {
  const schema: JobSchema = guideSchema();
  const changed = { ...schema, objectMappings: schema.objectMappings.map((mapping) => ({ ...mapping, flowTypes })) };
  const mapping = compileSchema(changed).mappings.get('User');
  assert.ok(mapping);
  return {
    mapping,
    profile: DEFAULT_PROFILE,
    outOfScope,
    evaluation: { now: new Date(0), newGuid: () => '', randomBelow: () => 0 },
  };
}

const SENT = { externalId: 'ann', active: true, displayName: 'Ann', userName: 'ann@example.com' };
const OFF = { ...SENT, active: false };
const ATTRIBUTES = { displayName: 'Ann', userPrincipalName: 'ann@example.com', accountEnabled: true };
const DISABLED = { ...ATTRIBUTES, accountEnabled: false };

function object(change: Partial<ScopedObject> = {}): ScopedObject {
  return {
    type: 'User',
    id: 'ann',
    attributes: ATTRIBUTES,
    softDeleted: false,
    gone: false,
    inScope: true,
    link: null,
    ...change,
  };
}

const managed = { targetId: 'u-1', state: 'managed', sent: SENT } as const;
const managedOff = { ...managed, sent: OFF };
const unmanaged = { targetId: 'u-1', state: 'unmanaged', sent: OFF } as const;

const told = (decision: Decision): string => {
  switch (decision.kind) {
    case 'draft':
      return `${decision.draft.kind} -> ${decision.draft.linkState}${decision.draft.request === null ? ', nothing sent' : ''}`;
    case 'skip':
      return decision.reason;
    case 'match':
      return `match ${decision.keys.map(({ attribute, value }) => `${attribute}=${value}`).join()}`;
    case 'fail':
      return decision.failure.code;
  }
};

for (const [what, change, expected, context] of [
  ['new', {}, 'match externalId=ann'],
  ['new and disabled', { attributes: DISABLED }, 'EntrySynchronizationSkipped'],
  ['new and in the recycle bin', { softDeleted: true }, 'EntrySynchronizationSkipped'],
  ['new and out of scope', { inScope: false }, 'EntrySynchronizationSkipped'],
  ['managed and unchanged', { link: managed }, 'RedundantExport'],
  ['managed and renamed', { link: managed, attributes: { ...ATTRIBUTES, displayName: 'B' } }, 'update -> managed'],
  ['managed and disabled', { link: managed, attributes: DISABLED }, 'disable -> managed'],
  ['managed, disabled and sent so', { link: managedOff, attributes: DISABLED }, 'RedundantExport'],
  ['managed and enabled again', { link: managedOff }, 'enable -> managed'],
  ['managed and in the recycle bin', { link: managed, softDeleted: true }, 'disable -> managed'],
  ['managed and gone', { link: managed, gone: true }, 'delete -> removed'],
  ['managed and gone, in no scope', { link: managed, gone: true, inScope: false }, 'delete -> removed'],
  [
    'managed and gone, deletes off',
    { link: managed, gone: true },
    'disable -> unmanaged',
    contextOf('disable', ['Add', 'Update']),
  ],
  ['managed and gone, policy leave', { link: managed, gone: true }, 'delete -> removed', contextOf('leave')],
  ['managed and out of scope', { link: managed, inScope: false }, 'disable -> unmanaged'],
  [
    'managed, out of scope and disabled before',
    { link: managedOff, inScope: false, attributes: DISABLED },
    'release -> unmanaged, nothing sent',
  ],
  [
    'managed and out of scope, policy leave',
    { link: managed, inScope: false },
    'release -> unmanaged, nothing sent',
    contextOf('leave'),
  ],
  [
    'managed and out of scope, policy delete',
    { link: managed, inScope: false },
    'delete -> removed',
    contextOf('delete'),
  ],
  [
    'managed and out of scope, policy delete, deletes off',
    { link: managed, inScope: false },
    'disable -> unmanaged',
    contextOf('delete', ['Add', 'Update']),
  ],
  [
    'managed and renamed, updates off',
    { link: managed, attributes: { ...ATTRIBUTES, displayName: 'B' } },
    'RedundantExport',
    contextOf('disable', ['Add']),
  ],
  ['unmanaged and out of scope', { link: unmanaged, inScope: false }, 'EntrySynchronizationSkipped'],
  ['unmanaged and gone', { link: unmanaged, gone: true }, 'EntrySynchronizationSkipped'],
  ['unmanaged and back', { link: unmanaged }, 'enable -> managed'],
  ['unmanaged, back and disabled', { link: unmanaged, attributes: DISABLED }, 'link -> managed, nothing sent'],
] satisfies [string, Partial<ScopedObject>, string, PlanContext?][]) {
  test(`a user ${what}: ${expected}`, () => {
    assert.equal(told(planObject(object(change), context ?? contextOf())), expected);
  });
}

test('P7 every plan by which an object leaves is known to take away', () => {
  for (const policy of ['disable', 'delete', 'leave'] satisfies OutOfScopePolicy[]) {
    for (const change of [{ inScope: false }, { gone: true }, { gone: true, inScope: false }]) {
      for (const flows of [['Add', 'Update', 'Delete'], ['Add', 'Update'], ['Add']] satisfies FlowType[][]) {
        const decision = planObject(object({ ...change, link: managed }), contextOf(policy, flows));
        assert.equal(decision.kind, 'draft');
        assert.ok(
          decision.kind === 'draft' && takesAway(decision.draft),
          `${policy} ${JSON.stringify(change)} ${flows}`,
        );
      }
    }
  }
});

test('an update keeps what was sent, and names the values before', () => {
  const decision = planObject(object({ link: managed, attributes: { ...ATTRIBUTES, displayName: 'B' } }), contextOf());
  assert.ok(decision.kind === 'draft');
  assert.deepEqual(decision.draft.sent, { ...SENT, displayName: 'B' });
  assert.deepEqual(decision.draft.before, { displayName: 'Ann' });
});

test('a matched object is compared with what the target has, and claims its id', () => {
  const context = contextOf();
  const decision = planObject(object(), context);
  assert.ok(decision.kind === 'match');
  const draft = planMatched(
    object(),
    decision.values,
    { id: 'u-9', USERNAME: 'ann@example.com', active: true, externalId: 'ann' },
    context,
  );
  assert.deepEqual([draft.kind, draft.targetId, draft.claim, draft.before], ['update', 'u-9', 'id:u-9', {}]);
  assert.deepEqual(draft.sent, SENT);
});

test('P13 the plan after an applied plan is empty', () => {
  for (const attributes of [{ ...ATTRIBUTES, displayName: 'B' }, { ...ATTRIBUTES, displayName: null }, DISABLED]) {
    const first = planObject(object({ link: managed, attributes }), contextOf());
    assert.ok(first.kind === 'draft' && first.draft.sent !== null);
    const link = { ...managed, sent: first.draft.sent };
    assert.equal(told(planObject(object({ link, attributes }), contextOf())), 'RedundantExport');
  }
});
