import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../testing/manual-clock.ts';
import { newCredential } from './credential.ts';
import { CredentialVerifier, type FailureBudgetOptions, RECORD_LIFE_MS } from './credential-verifier.ts';

const WIDE: FailureBudgetOptions = {
  perAddress: { perSecond: 1, burst: 1e6 },
  perCredential: { perSecond: 1, burst: 1e6 },
};

/** A verifier over a plain map, which counts its look-ups. */
function setUp(failures: FailureBudgetOptions = WIDE) {
  const clock = new ManualClock();
  const stored = new Map<string, { hash: Buffer; note: string }>();
  const lookUps: string[] = [];
  const verifier = new CredentialVerifier({
    prefix: 'rc',
    find: async (scope, id) => {
      lookUps.push(`${scope} ${id}`);
      return stored.get(`${scope} ${id}`);
    },
    clock,
    failures,
  });
  const add = (scope: string, note = '') => {
    const made = newCredential('rc');
    stored.set(`${scope} ${made.id}`, { hash: made.hash, note });
    return made;
  };
  const verify = (scope: string, text: string | undefined, address = '192.0.2.1') =>
    verifier.verify({ scope, authorization: text === undefined ? undefined : `Bearer ${text}`, address });
  return { clock, stored, lookUps, verifier, add, verify };
}

const wrongSecretOf = (text: string): string => `${text.slice(0, -43)}${'A'.repeat(43)}`;

test('the right secret is accepted with its record', async () => {
  const { add, verify } = setUp();
  const made = add('acme', 'mine');
  const verification = await verify('acme', made.text);
  assert.ok(verification.outcome === 'accepted');
  assert.equal(verification.id, made.id);
  assert.equal(verification.record.note, 'mine');
});

test('P5 a credential of another scope is refused', async () => {
  const { add, verify } = setUp();
  assert.deepEqual(await verify('other', add('acme').text), { outcome: 'refused' });
});

test('no credential is missing, an empty or malformed one is refused', async () => {
  const { verifier, verify } = setUp();
  assert.deepEqual(await verify('acme', undefined), { outcome: 'missing' });
  for (const authorization of ['Bearer ', 'Bearer null', 'Bearer rc__', 'Basic YTpi']) {
    const verification = await verifier.verify({ scope: 'acme', authorization, address: '192.0.2.1' });
    assert.deepEqual(verification, { outcome: 'refused' }, authorization);
  }
});

test('an accepted credential is answered from memory for half a second, then read again', async () => {
  const { clock, add, verify, lookUps } = setUp();
  const { text } = add('acme');
  await verify('acme', text);
  clock.advanceMs(RECORD_LIFE_MS - 1);
  await verify('acme', text);
  assert.equal(lookUps.length, 1);
  clock.advanceMs(1);
  await verify('acme', text);
  assert.equal(lookUps.length, 2);
});

test('S20 what another process removed is refused within half a second', async () => {
  const { clock, stored, add, verify } = setUp();
  const made = add('acme');
  await verify('acme', made.text);
  stored.delete(`acme ${made.id}`);
  clock.advanceMs(RECORD_LIFE_MS);
  assert.deepEqual(await verify('acme', made.text), { outcome: 'refused' });
});

test('S20 what this process forgets is refused at once, alone or with its scope', async () => {
  const { stored, verifier, add, verify } = setUp();
  const [one, two, other] = [add('acme'), add('acme'), add('acme2')];
  for (const [scope, made] of [['acme', one] as const, ['acme', two] as const, ['acme2', other] as const]) {
    await verify(scope, made.text);
  }
  stored.clear();
  verifier.forget('acme', one.id);
  assert.deepEqual(await verify('acme', one.text), { outcome: 'refused' });
  verifier.forget('acme');
  assert.deepEqual(await verify('acme', two.text), { outcome: 'refused' });
  assert.equal((await verify('acme2', other.text)).outcome, 'accepted');
});

test('S20 a look-up that began before a credential ended does not bring it back', async () => {
  const clock = new ManualClock();
  const made = newCredential('rc');
  const started = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<{ hash: Buffer } | undefined>();
  const answers = [answer.promise, Promise.resolve(undefined)];
  const verifier = new CredentialVerifier({
    prefix: 'rc',
    find: async () => {
      started.resolve();
      return answers.shift();
    },
    clock,
    failures: WIDE,
  });
  const request = { scope: 'acme', authorization: `Bearer ${made.text}`, address: '192.0.2.1' };
  const first = verifier.verify(request);
  await started.promise;
  verifier.forget('acme');
  answer.resolve({ hash: made.hash });
  assert.equal((await first).outcome, 'accepted');
  assert.equal((await verifier.verify(request)).outcome, 'refused');
});

test('S18 every mismatch costs one look-up, whether the id exists or not, also beside a remembered record', async () => {
  const { add, verify, lookUps } = setUp();
  const { text } = add('acme');
  await verify('acme', text);
  for (const guess of [wrongSecretOf(text), newCredential('rc').text]) {
    lookUps.length = 0;
    assert.deepEqual(await verify('acme', guess), { outcome: 'refused' });
    assert.equal(lookUps.length, 1);
  }
});

test('S18 an address that spends its failures is throttled without a look-up, and recovers with time', async () => {
  const { clock, verify, lookUps } = setUp({ ...WIDE, perAddress: { perSecond: 1, burst: 5 } });
  for (let guess = 0; guess < 5; guess++) await verify('acme', newCredential('rc').text);
  lookUps.length = 0;
  assert.deepEqual(await verify('acme', newCredential('rc').text), { outcome: 'throttled', retryAfterSeconds: 1 });
  assert.deepEqual(await verify('acme', 'garbage'), { outcome: 'throttled', retryAfterSeconds: 1 });
  assert.equal(lookUps.length, 0);
  assert.equal((await verify('acme', newCredential('rc').text, '198.51.100.9')).outcome, 'refused');
  clock.advanceMs(1000);
  assert.equal((await verify('acme', newCredential('rc').text)).outcome, 'refused');
});

test('S18 guesses at one id are throttled although each comes from another address', async () => {
  const { add, verify } = setUp({ ...WIDE, perCredential: { perSecond: 0.1, burst: 3 } });
  const guess = wrongSecretOf(add('acme').text);
  const outcomes = [];
  for (let host = 1; host <= 4; host++) outcomes.push((await verify('acme', guess, `192.0.2.${host}`)).outcome);
  assert.deepEqual(outcomes, ['refused', 'refused', 'refused', 'throttled']);
});

test('S18 a stranger who spends every budget does not lock out who holds the right secret', async () => {
  const tight = { perSecond: 0.001, burst: 2 };
  const { clock, add, verify } = setUp({ perAddress: tight, perCredential: tight });
  const { text } = add('acme');
  await verify('acme', text);
  for (let guess = 0; guess < 5; guess++) await verify('acme', wrongSecretOf(text));
  assert.equal((await verify('acme', wrongSecretOf(text))).outcome, 'throttled');
  clock.advanceMs(RECORD_LIFE_MS);
  assert.equal((await verify('acme', text)).outcome, 'accepted');
});
