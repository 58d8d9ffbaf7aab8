import {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  type BulkStep,
  InvalidValueError,
  type Json,
  NotFoundError,
  planBulk,
  type Quirk,
  referredBulkId,
  replaceBulkIds,
  type ScimError,
} from '@rollcall/scim';
import { crashpoint, type Database } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { disconnectAccount } from '../resources/connect.ts';
import { deleteResource } from '../resources/delete.ts';
import { parseTagCondition } from '../resources/preconditions.ts';
import { entityTag } from '../resources/represent.ts';
import type { ResourceRow } from '../resources/row.ts';
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
  const failuresMax = request.failOnErrors ?? Number.POSITIVE_INFINITY;
  let failures = 0;
  for (const step of planBulk(request.operations)) {
    // What was begun is brought to its end, or taken back: only new operations are left out.
    if (failures >= failuresMax && step.kind === 'run') continue;
    if (!(await run.perform(step))) failures += 1;
    crashpoint('bulk-operation');
  }
  return run.results();
}

class BulkRun {
  readonly #db: Database;
  readonly #context: RequestContext;
  readonly #options: BulkOptions;
  /** Ids of what was made, by bulkId. */
  readonly #ids = new Map<string, string>();
  /** bulkIds whose resource was an account made by hand before: it is not new, so that its version is not 1. */
  readonly #connected = new Set<string>();
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
      const refusal = this.#options.asRefusal(error);
      const left = step.kind === 'complete' && operation ? await this.#takeBack(step, operation) : undefined;
      this.#fail(step.position, operation, left ?? refusal);
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
    if (method === 'POST' && bulkId !== undefined && row) this.#made(bulkId, row);
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

  #made(bulkId: string, { id, version }: ResourceRow): void {
    this.#ids.set(bulkId, id);
    if (version > 1) this.#connected.add(bulkId);
  }

  /**
   * An operation takes effect whole or not at all: what could not be completed is taken back. When that
   * fails too, the answer says so.
   */
  async #takeBack(
    step: Extract<BulkStep, { kind: 'complete' }>,
    { type }: BulkOperation,
  ): Promise<ScimError | undefined> {
    const id = this.#ids.get(step.bulkId) ?? '';
    this.#ids.delete(step.bulkId);
    const context = { ...this.#context, removals: undefined };
    try {
      if (this.#connected.has(step.bulkId)) await disconnectAccount(this.#db, context, { type, id });
      else await deleteResource(this.#db, context, { type, id });
      return undefined;
    } catch (error) {
      return error instanceof NotFoundError ? undefined : this.#options.asRefusal(error);
    }
  }

  #fail(position: number, operation: BulkOperation | undefined, error: ScimError): void {
    const id = operation && 'id' in operation ? this.#knownId(operation.id) : undefined;
    this.#results.set(position, {
      method: operation?.method ?? 'POST',
      bulkId: operation?.bulkId,
      status: error.status,
      ...(operation && id !== undefined && { location: this.#location(operation, id) }),
      response: error.toBody(),
    });
  }

  /** Undefined for a reference to what was not made: it is no part of an address. */
  #knownId(id: string): string | undefined {
    const bulkId = referredBulkId(id);
    return bulkId === undefined ? id : this.#ids.get(bulkId);
  }

  #location({ type }: BulkOperation, id: string | undefined): string | undefined {
    return id === undefined ? undefined : `${this.#context.baseUrl}${type.endpoint}/${id}`;
  }
}
