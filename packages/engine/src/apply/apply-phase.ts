import { CycleFailedError } from '../cycle/cycle.ts';
import type { CycleRun } from '../cycle/cycle-run.ts';
import type { Phase } from '../ledger/operation.ts';
import type { ClaimedOperation } from '../ledger/operation-store.ts';
import type { SettledOperation } from '../ledger/settled-operation.ts';
import { ClaimQueue } from './claim-queue.ts';
import { performOperation } from './perform-operation.ts';
import { runWorkers } from './run-limited.ts';
import { SettlementWriter } from './settlement-writer.ts';

/**
 * Sends every planned operation of one wave: so many at once as the target's profile says, one at a time for
 * each target object, in the order of the ledger. One that fails stops no other (P12).
 *
 * `onStored` hears of every batch whose answers are in the ledger.
 *
 * @throws {CycleFailedError} the target does not let us in; no other object would fare better
 */
export async function applyPhase(run: CycleRun, phase: Phase, onStored: (count: number) => void): Promise<void> {
  while (await applyOnce(run, phase, onStored)) {
    // A refused chunk has left its halves in the ledger.
  }
}

/** Answers whether operations were split, so that new ones stand in the ledger. */
async function applyOnce(run: CycleRun, phase: Phase, onStored: (count: number) => void): Promise<boolean> {
  const queue = new ClaimQueue(run, phase);
  const writer = new SettlementWriter(run, onStored);
  let split = false;
  try {
    await runWorkers(run.target.profile.concurrency, async () => {
      try {
        for (let next = await queue.take(); next !== undefined; next = await queue.take()) {
          const settled = await perform(next, run);
          split ||= settled.settlement.kind === 'split';
          await writer.add(settled);
          refuseCredentials(settled);
          // The next chunk of a group waits until this one is stored: a crash repeats one chunk of it at most.
          if (phase === 'members') await writer.drain();
          queue.release(next);
        }
      } finally {
        queue.close();
      }
    });
  } finally {
    await writer.drain();
    await queue.giveBack();
  }
  return split;
}

async function perform(operation: ClaimedOperation, { target, schema }: CycleRun): Promise<SettledOperation> {
  const counted = target.withOwnCount();
  const settlement = await performOperation(operation, { target: counted, schema });
  return { operation, settlement, attempts: counted.requests };
}

function refuseCredentials({ settlement }: SettledOperation): void {
  if (settlement.kind !== 'failed' || settlement.code !== 'Unauthorized') return;
  throw new CycleFailedError(
    `the target refuses the secret token (${settlement.detail}): enter a valid one and test the connection`,
  );
}
