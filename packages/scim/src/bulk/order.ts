import { InvalidValueError, ScimError } from '../error.ts';
import type { BulkCreate, BulkOperation } from '../message/bulk-request.ts';
import { PATCH_OP_SCHEMA } from '../message/urns.ts';
import type { JsonObject } from '../resource/resource.ts';
import { shorten, showValue } from '../resource/shown-value.ts';
import { bulkIdsIn, referredBulkId } from './references.ts';
import { type Slot, slotsOf, withoutSlots } from './slots.ts';

/**
 * One step of a bulk request. Before it runs, the references in it are replaced by ids (`replaceBulkIds`);
 * when one of the operations that it `requires` failed, it fails too.
 */
export type BulkStep =
  | {
      readonly kind: 'run';
      /** The position of the operation in the request, for its result. */
      readonly position: number;
      readonly operation: BulkOperation;
      /** bulkIds of the operations that make what this one refers to. */
      readonly requires: readonly string[];
    }
  | {
      /** Adds to a resource that an earlier step made what had to wait for the others of a cycle. */
      readonly kind: 'complete';
      readonly position: number;
      /** Names the resource. */
      readonly bulkId: string;
      /** A PATCH body. */
      readonly data: JsonObject;
      readonly requires: readonly string[];
    };

type Completion = Extract<BulkStep, { kind: 'complete' }>;

/** An operation whose needs are being looked at. */
interface Visit {
  readonly position: number;
  readonly operation: BulkOperation;
  /** What it refers to and has not been looked at. */
  readonly pending: Dependency[];
  /** What has to wait until others are made. */
  readonly deferred: Set<Slot>;
}

interface Dependency {
  readonly bulkId: string;
  /** The position of the operation with that bulkId. */
  readonly provider: number;
  /** The attribute that holds the reference, in the body of a POST. */
  readonly slot?: Slot;
}

/**
 * Puts the operations of a bulk request in an order in which every reference points back: an operation
 * comes where the client put it, or earlier if another one needs its resource. Where resources refer to
 * each other in a circle, one is made without the attribute that closes the circle, and completed as soon
 * as the others are there.
 *
 * @throws {InvalidValueError} a reference names a bulkId that no operation has
 * @throws {ScimError} 409: a circle cannot be opened, because the attribute is required
 * @see RFC 7644 3.7.1 (circular references), 3.7.2 (bulkId)
 */
export function planBulk(operations: readonly BulkOperation[]): readonly BulkStep[] {
  return new Planner(operations).plan();
}

class Planner {
  readonly #operations: readonly BulkOperation[];
  /** Positions of the operations by bulkId. */
  readonly #providers = new Map<string, number>();
  /** Absent: not reached yet; open: its needs are being looked at; done: it is among the steps. */
  readonly #states = new Map<number, 'open' | 'done'>();
  readonly #steps: BulkStep[] = [];
  #waiting: Completion[] = [];

  constructor(operations: readonly BulkOperation[]) {
    this.#operations = operations;
    for (const [position, { bulkId }] of operations.entries()) {
      if (bulkId !== undefined) this.#providers.set(bulkId, position);
    }
  }

  plan(): readonly BulkStep[] {
    for (const [position, operation] of this.#operations.entries()) {
      if (!this.#states.has(position)) this.#visitFrom(this.#open(position, operation));
    }
    return this.#steps;
  }

  /** Goes depth-first through all that an operation needs; a list stands in for the call stack. */
  #visitFrom(start: Visit): void {
    const path = [start];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const dependency = visit.pending.pop();
      const next = dependency && this.#follow(visit, dependency);
      if (next) path.push(next);
      else if (!dependency) {
        path.pop();
        this.#close(visit);
      }
    }
  }

  #open(position: number, operation: BulkOperation): Visit {
    this.#states.set(position, 'open');
    const pending = findReferences(operation).map((reference) => this.#findProvider(position, reference));
    return { position, operation, pending: pending.reverse(), deferred: new Set() };
  }

  /** The operation to look at next, if the dependency needs one that has not been reached. */
  #follow(visit: Visit, dependency: Dependency): Visit | undefined {
    const { provider } = dependency;
    const state = this.#states.get(provider);
    if (state === 'open') defer(visit, dependency);
    const operation = this.#operations[provider];
    return state === undefined && operation ? this.#open(provider, operation) : undefined;
  }

  #findProvider(position: number, { bulkId, slot }: Reference): Dependency {
    const provider = this.#providers.get(bulkId);
    if (provider !== undefined) return { bulkId, provider, ...(slot && { slot }) };
    throw new InvalidValueError(
      `Operations[${position}] refers to bulkId ${showValue(bulkId)}, which no operation has: correct the reference`,
    );
  }

  #close({ position, operation, deferred }: Visit): void {
    this.#states.set(position, 'done');
    if (operation.method === 'POST' && deferred.size > 0) {
      this.#run(position, { ...operation, data: withoutSlots(operation.data, deferred) });
      this.#waiting.push(complete(position, operation, deferred));
    } else this.#run(position, operation);
    this.#release();
  }

  #run(position: number, operation: BulkOperation): void {
    const requires = new Set(findReferences(operation).map(({ bulkId }) => bulkId));
    this.#steps.push({ kind: 'run', position, operation, requires: [...requires] });
  }

  /** Appends the completions whose references all exist by now. */
  #release(): void {
    const { ready = [], waiting = [] } = Object.groupBy(this.#waiting, ({ requires }) =>
      requires.every((bulkId) => this.#isDone(bulkId)) ? 'ready' : 'waiting',
    );
    this.#steps.push(...ready);
    this.#waiting = waiting;
  }

  #isDone(bulkId: string): boolean {
    const provider = this.#providers.get(bulkId);
    return provider !== undefined && this.#states.get(provider) === 'done';
  }
}

interface Reference {
  readonly bulkId: string;
  readonly slot?: Slot;
}

function findReferences(operation: BulkOperation): readonly Reference[] {
  if (operation.method === 'POST') {
    return slotsOf(operation).flatMap((slot) => [...bulkIdsIn(slot.value)].map((bulkId) => ({ bulkId, slot })));
  }
  const ofPath = referredBulkId(operation.id);
  const ofData = operation.method === 'DELETE' ? [] : bulkIdsIn(operation.data);
  return [...new Set([...(ofPath === undefined ? [] : [ofPath]), ...ofData])].map((bulkId) => ({ bulkId }));
}

function defer({ position, deferred }: Visit, { bulkId, slot }: Dependency): void {
  if (slot && !slot.required) {
    deferred.add(slot);
    return;
  }
  const where = slot ? ` in ${shorten(slot.path)}, which cannot be added later,` : '';
  const detail = `Operations[${position}] refers to bulkId ${showValue(bulkId)}${where} and that operation refers back`;
  throw new ScimError(409, undefined, `${detail}: send them in two requests`);
}

function complete(position: number, { bulkId }: BulkCreate, deferred: Iterable<Slot>): Completion {
  const operations = Array.from(deferred, ({ path, value }) => ({ op: 'add', path, value }));
  const requires = new Set(operations.flatMap(({ value }) => [...bulkIdsIn(value)]));
  const data = { schemas: [PATCH_OP_SCHEMA], Operations: operations };
  return { kind: 'complete', position, bulkId, data, requires: [...requires] };
}
