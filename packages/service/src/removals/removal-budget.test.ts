import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { POLICY_PRESETS } from '../tenants/policy-presets.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { TooManyRequestsError } from '../tokens/token-error.ts';
import { RemovalBudget, type RemovalMeter } from './removal-budget.ts';

const policyOf = (deletesPerMinuteMax: number) => ({ ...POLICY_PRESETS.entra, deletesPerMinuteMax });

/** Seconds that a delete has to wait; 0 when it may go on. */
function wait(meter: RemovalMeter): number {
  try {
    meter.require('deletes');
    return 0;
  } catch (error) {
    if (error instanceof TooManyRequestsError) return error.retryAfterSeconds;
    throw error;
  }
}

test('S22 a minute has its deletes, then the token waits for the next one', () => {
  const clock = new ManualClock();
  const meter = new RemovalBudget(clock).meterFor('t', policyOf(6));
  for (let done = 0; done < 6; done += 1) {
    assert.equal(wait(meter), 0);
    meter.charge('deletes', 1);
  }
  assert.equal(wait(meter), 10);
  clock.advanceMs(9_000);
  assert.equal(wait(meter), 1);
  clock.advanceMs(1_000);
  assert.equal(wait(meter), 0);
});

test('S22 one large removal passes and is paid for, within a quarter of an hour', () => {
  const clock = new ManualClock();
  const meter = new RemovalBudget(clock).meterFor('t', policyOf(10));
  meter.charge('deletes', 1_000_000);
  assert.equal(wait(meter), 15 * 60 + 6);
  clock.advanceMs(15 * 60_000 + 6_000);
  assert.equal(wait(meter), 0);
});

test('each token and each kind has a budget of its own, and 0 lifts the limit', () => {
  const budget = new RemovalBudget(new ManualClock());
  const meter = budget.meterFor('t', policyOf(1));
  meter.charge('deletes', 1);
  assert.ok(wait(meter) > 0);
  assert.doesNotThrow(() => meter.require('memberRemovals'));
  assert.equal(wait(budget.meterFor('other', policyOf(1))), 0);
  assert.equal(wait(budget.meterFor('t', policyOf(0))), 0);
});

test('a policy that is raised or lowered holds at once', () => {
  const budget = new RemovalBudget(new ManualClock());
  budget.meterFor('t', policyOf(100)).charge('deletes', 50);
  const lowered = budget.meterFor('t', policyOf(3));
  lowered.charge('deletes', 3);
  assert.ok(wait(lowered) > 0);
});

test('over any time, no more pass than the minute at the start and what time gave back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat({ max: 30_000 }), { maxLength: 60 }),
      (max, pauses) => {
        const clock = new ManualClock();
        const meter = new RemovalBudget(clock).meterFor('t', policyOf(max));
        let passed = 0;
        for (const pause of pauses) {
          clock.advanceMs(pause);
          if (wait(meter) > 0) continue;
          meter.charge('deletes', 1);
          passed += 1;
        }
        const elapsedMs = pauses.reduce((sum, pause) => sum + pause, 0);
        assert.ok(passed <= max + (elapsedMs / 60_000) * max + 1e-6);
      },
    ),
  );
});
