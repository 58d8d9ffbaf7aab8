import {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  type BulkStep,
  InvalidValueError,
  type Json,
  planBulk,
  type Quirk,
  replaceBulkIds,
  type ScimError,
} from '@rollcall/scim';
import { crashpoint, type Database } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { parseTagCondition } from '../resources/preconditions.ts';
import { entityTag } from '../resources/represent.ts';
import { write } from '../resources/write.ts';

export interface BulkOptions {
  readonly reportQuirk: (quirk: Quirk) => void;
  /** Holds each operation against the token as it is now: one that ended stops the rest. Throws to refuse. */
  readonly authorise: (operation: BulkOperation) => Promise<void>;
  /** What a client is told of an error that is no refusal of the protocol. */
  readonly asRefusal: (error: unknown) => ScimError;
}

/**
 * Runs a bulk request: every operation as one unit of its own, in an order in which all references point
 * back. Stops once `failOnErrors` operations have failed; what was not run has no result.
 *
 * @throws {ScimError} the request as a whole is refused, before its first operation
 * @see RFC 7644 3.7
 */
export async function runBulk(
  db: Database,
  context: RequestContext,
  request: BulkRequest,
  options: BulkOptions,
): Promise<readonly BulkResult[]> {
  const run = new BulkRun(db, context, options);
  let failures = 0;
  for (const step of planBulk(request.operations)) {
    const done = await run.perform(step);
    crashpoint('bulk-operation');
    if (done) continue;
    failures += 1;
    if (request.failOnErrors !== undefined && failures >= request.failOnErrors) break;
  }
  return run.results();
}

class BulkRun {
  readonly #db: Database;
  readonly #context: RequestContext;
  readonly #options: BulkOptions;
  /** Ids of what was made, by bulkId. */
  readonly #ids = new Map<string, string>();
  readonly #operations = new Map<string, BulkOperation>();
  readonly #results = new Map<number, BulkResult>();

  constructor(db: Database, context: RequestContext, options: BulkOptions) {
    this.#db = db;
    this.#context = context;
    this.#options = options;
  }

  /** In the order of the request. */
  results(): readonly BulkResult[] {
    return [...this.#results].sort(([one], [other]) => one - other).map(([, result]) => result);
  }

  /** Whether the step succeeded; its result is kept either way. */
  async perform(step: BulkStep): Promise<boolean> {
    const operation = step.kind === 'run' ? step.operation : this.#operations.get(step.bulkId);
    if (step.kind === 'complete' && !this.#ids.has(step.bulkId)) return true;
    try {
      if (!operation) throw new TypeError(`the step completes an operation that was not run: ${step.position}`);
      this.#requireMade(step.requires);
      await this.#options.authorise(operation);
      if (step.kind === 'run') await this.#run(step.position, operation);
      else await this.#complete(step, operation);
      return true;
    } catch (error) {
      if (step.kind === 'complete' && operation) await this.#takeBack(step, operation);
      this.#fail(step.position, operation, this.#options.asRefusal(error));
      return false;
    }
  }

  #requireMade(bulkIds: readonly string[]): void {
    const missing = bulkIds.find((bulkId) => !this.#ids.has(bulkId));
    if (missing === undefined) return;
    throw new InvalidValueError(
      `bulkId "${missing}" has no resource: the operation that should make it failed or was not run.`,
    );
  }

  async #run(position: number, operation: BulkOperation): Promise<void> {
    if (operation.bulkId !== undefined) this.#operations.set(operation.bulkId, operation);
    const { type, method, bulkId } = operation;
    const id = 'id' in operation ? replaceBulkIds(operation.id, this.#ids) : undefined;
    const { status, row } = await write(this.#db, this.#context, {
      method,
      type,
      id,
      body: 'data' in operation ? replaceBulkIds(operation.data as Json, this.#ids) : undefined,
      ifMatch: parseTagCondition(operation.version),
      reportQuirk: this.#options.reportQuirk,
    });
    const madeId = row?.id ?? id;
    if (method === 'POST' && bulkId !== undefined && madeId !== undefined) this.#ids.set(bulkId, madeId);
    this.#results.set(position, {
      method,
      bulkId,
      status,
      location: this.#location(operation, madeId),
      ...(row && { version: entityTag(row.version) }),
    });
  }

  async #complete(step: Extract<BulkStep, { kind: 'complete' }>, { type }: BulkOperation): Promise<void> {
    const id = this.#ids.get(step.bulkId);
    const body = replaceBulkIds(step.data as Json, this.#ids);
    const { reportQuirk } = this.#options;
    const { row } = await write(this.#db, this.#context, { method: 'PATCH', type, id, body, reportQuirk });
    const result = this.#results.get(step.position);
    if (result && row) this.#results.set(step.position, { ...result, version: entityTag(row.version) });
  }

  /** An operation takes effect whole or not at all: what could not be completed is taken back. */
  async #takeBack(step: Extract<BulkStep, { kind: 'complete' }>, { type }: BulkOperation): Promise<void> {
    const id = this.#ids.get(step.bulkId);
    this.#ids.delete(step.bulkId);
    await write(this.#db, this.#context, { method: 'DELETE', type, id, reportQuirk: this.#options.reportQuirk });
  }

  #fail(position: number, operation: BulkOperation | undefined, error: ScimError): void {
    const id = operation && 'id' in operation ? operation.id : undefined;
    this.#results.set(position, {
      method: operation?.method ?? 'POST',
      bulkId: operation?.bulkId,
      status: error.status,
      ...(operation && id !== undefined && { location: this.#location(operation, id) }),
      response: error.toBody(),
    });
  }

  #location({ type }: BulkOperation, id: string | undefined): string | undefined {
    return id === undefined ? undefined : `${this.#context.baseUrl}${type.endpoint}/${id}`;
  }
}
