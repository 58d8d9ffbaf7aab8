/**
 * One run of a job.
 *
 * Stages follow each other: `import` reads the source, `plan` writes every intended operation into the ledger,
 * `guard` judges the whole plan, `apply` sends it in waves, `members` plans and sends memberships, whose target
 * ids exist only now. A cycle that is killed goes on in its stage at its position when the job is run again.
 */
export interface Cycle {
  readonly tenant: string;
  readonly jobId: string;
  readonly id: string;
  readonly kind: 'initial' | 'incremental';
  readonly state: CycleState;
  readonly stage: CycleStage;
  /** Null until the source was read to its end. */
  readonly sourceComplete: boolean | null;
  /** Why the read counts as complete, or why not. */
  readonly sourceEvidence: string | null;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/**
 * - `completed`: every object was brought where it should be, or stands in escrow.
 * - `held`: the guard refused the plan; nothing was written.
 * - `failed`: the cycle could not go on; `error` says why. What it had written stands.
 */
export type CycleState = 'running' | 'completed' | 'held' | 'failed';

export const CYCLE_STAGES = ['import', 'plan', 'guard', 'apply', 'members', 'finished'] as const;
export type CycleStage = (typeof CYCLE_STAGES)[number];

/** What the ledger says was done: every number counts acknowledged operations, never intentions (P11). */
export interface CycleCounts {
  readonly users: ObjectCounts;
  readonly groups: ObjectCounts;
  readonly members: MemberCounts;
  /** Requests that this cycle sent, reads and repetitions included. */
  readonly requests: number;
  readonly objectsRead: number;
  readonly objectsRefused: number;
  readonly objectsSkipped: number;
}

export interface ObjectCounts {
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
  readonly enabled: number;
  readonly deleted: number;
  /** Found at the target as they should be. */
  readonly linked: number;
  /** Left scope without anything sent. */
  readonly released: number;
  readonly failed: number;
}

export interface MemberCounts {
  readonly added: number;
  readonly removed: number;
  readonly failed: number;
}

/** Where a cycle stands, for a progress bar. `total` is absent while nobody knows it. */
export interface CycleProgress {
  readonly stage: CycleStage;
  readonly done: number;
  readonly total?: number;
}

/** The job has a cycle under way elsewhere. */
export class CycleRunningError extends Error {
  override readonly name = 'CycleRunningError';
}

/** Another process has taken the cycle over; this one has stopped writing. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** The cycle cannot go on, for a reason that lies with the source, the target or the job. */
export class CycleFailedError extends Error {
  override readonly name = 'CycleFailedError';
}
