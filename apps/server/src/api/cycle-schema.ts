import type { Cycle, CycleReport, EscrowedObject, LedgerOperation } from '@rollcall/engine';
import { z } from 'zod';

const COUNT = z.int();
const STAGE = z.enum(['import', 'plan', 'guard', 'apply', 'members', 'finished']);

const OBJECT_COUNTS = z.object({
  created: COUNT,
  updated: COUNT,
  disabled: COUNT,
  enabled: COUNT,
  deleted: COUNT,
  linked: COUNT.describe('Found at the application as they should be.'),
  released: COUNT.describe('Left scope without anything sent.'),
  failed: COUNT,
});

export const CYCLE = z.object({
  id: z.string(),
  jobId: z.string(),
  kind: z.enum(['initial', 'incremental']),
  state: z
    .enum(['running', 'completed', 'held', 'failed'])
    .describe('`held`: the guard refused the plan, and nothing was written. `error` has the reason.'),
  stage: STAGE,
  sourceComplete: z.boolean().optional().describe('Absent until the source was read to its end.'),
  sourceEvidence: z.string().optional().describe('Why the read counts as complete, or why not.'),
  error: z.string().optional(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
});

export const CYCLE_REPORT = z.object({
  ...CYCLE.shape,
  progress: z
    .object({ done: COUNT, total: COUNT.optional() })
    .describe('Of the stage under way; `total` is absent while nobody knows it.'),
  counts: z
    .object({
      users: OBJECT_COUNTS,
      groups: OBJECT_COUNTS,
      members: z.object({ added: COUNT, removed: COUNT, failed: COUNT }),
      requests: COUNT.describe('Sent by the cycle, reads and repetitions included; known when a run of it ends.'),
      objectsRead: COUNT,
      objectsRefused: COUNT,
      objectsSkipped: COUNT,
    })
    .describe('What the ledger says was done: acknowledged operations, never intentions.'),
});

/** The answer to beginning a cycle. */
export const BEGUN_CYCLE = z.object({ id: z.string().describe('The cycle, which runs in the background.') });

const VALUES = z.record(z.string(), z.unknown()).nullable();

export const OPERATION = z.object({
  number: COUNT,
  phase: z.string(),
  kind: z.string(),
  objectType: z.enum(['User', 'Group']),
  sourceObjectId: z.string(),
  targetId: z.string().nullable(),
  request: z
    .object({ method: z.string(), path: z.string(), body: z.unknown() })
    .nullable()
    .describe('The literal request, as planned and sent; null when nothing is sent.'),
  matchedBy: z.object({ attribute: z.string(), value: z.string() }).nullable(),
  before: VALUES.describe('What the application was known to have, by its attributes.'),
  sent: VALUES.describe('What holds there once this is acknowledged.'),
  members: z.array(z.object({ type: z.string(), id: z.string(), targetId: z.string() })).nullable(),
  state: z.enum(['planned', 'sent', 'done', 'failed', 'cancelled']),
  outcome: z.string().nullable().describe('What became of it, by the application’s answer or by a read.'),
  errorCode: z.string().nullable(),
  status: z.int().nullable(),
  detail: z.string().nullable(),
  attempts: COUNT,
  plannedAt: z.string(),
  sentAt: z.string().nullable(),
  answeredAt: z.string().nullable(),
});

export const ESCROWED = z.object({
  objectType: z.enum(['User', 'Group']),
  sourceObjectId: z.string(),
  errorCode: z.string(),
  detail: z.string().describe('What was wrong, where, which value, what to do.'),
  failures: COUNT.describe('Cycles in which it failed, without a success between them.'),
  firstFailedAt: z.string(),
  lastFailedAt: z.string(),
});

export function cycleDocument(cycle: Cycle): z.input<typeof CYCLE> {
  const { id, jobId, kind, state, stage, sourceComplete, sourceEvidence, error, startedAt, finishedAt } = cycle;
  return {
    id,
    jobId,
    kind,
    state,
    stage,
    ...(sourceComplete !== null && { sourceComplete }),
    ...(sourceEvidence !== null && { sourceEvidence }),
    ...(error !== null && { error }),
    startedAt: startedAt.toISOString(),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
  };
}

export function cycleReportDocument(report: CycleReport): z.input<typeof CYCLE_REPORT> {
  const { done, total } = report.progress;
  return {
    ...cycleDocument(report),
    progress: { done, ...(total !== undefined && { total }) },
    counts: report.counts,
  };
}

export function operationDocument(operation: LedgerOperation): z.input<typeof OPERATION> {
  const { request, members, plannedAt, sentAt, answeredAt } = operation;
  return {
    ...operation,
    request: request && { method: request.method, path: request.path, body: request.body },
    members: members && [...members],
    plannedAt: plannedAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    answeredAt: answeredAt?.toISOString() ?? null,
  };
}

export const escrowedDocument = (object: EscrowedObject): z.input<typeof ESCROWED> => ({
  ...object,
  firstFailedAt: object.firstFailedAt.toISOString(),
  lastFailedAt: object.lastFailedAt.toISOString(),
});
