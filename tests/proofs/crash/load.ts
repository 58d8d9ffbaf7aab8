import { listOf, memberOf, textOf } from '../support/json-members.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { applySteps } from './cells.ts';
import type { Client, Write } from './client.ts';
import { type Endpoint, type Reply, send } from './endpoint.ts';
import { planWrite } from './plan-write.ts';

export interface LoadOptions {
  readonly endpoint: Endpoint;
  readonly clients: readonly Client[];
  readonly sharedIds: ReadonlyMap<string, string>;
  /** One series of choices for each client. */
  readonly randomOf: (client: Client) => SeededRandom;
  /** Told of every acknowledged write, as its answer comes. */
  readonly onAcknowledged: (write: Write, requestId: string) => void;
}

/** An answer that a live server must not give to this load. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

/**
 * Lets all clients write at once, without a pause, until the server is gone. A write that was acknowledged is
 * applied to its client's cells; the one without an answer stays in flight.
 *
 * @throws {UnexpectedAnswerError} the server refused a write that is valid
 */
export async function runLoad(options: LoadOptions): Promise<void> {
  await Promise.all(options.clients.map((client) => runClient(client, options)));
}

async function runClient(client: Client, options: LoadOptions): Promise<void> {
  const random = options.randomOf(client);
  for (;;) {
    const mark = `w${client.nextNumber()}`;
    const write = planWrite({ client, random, mark, sharedIds: options.sharedIds });
    client.inFlight = write;
    const reply = await send(options.endpoint, write);
    if (reply === undefined) return;
    refuseUnexpected(write, reply);
    if (write.makes.length > 0 && reply.json === undefined) return;
    acknowledge(client, write, reply);
    options.onAcknowledged(write, reply.requestId);
  }
}

function refuseUnexpected(write: Write, reply: Reply): void {
  const failed = listOf(reply.json, 'Operations').filter((done) => !/^2/.test(String(memberOf(done, 'status'))));
  if (reply.status < 300 && failed.length === 0) return;
  const sent = `${write.method} ${write.path} ${JSON.stringify(write.body)?.slice(0, 600)}`;
  throw new UnexpectedAnswerError(`${sent} answered ${reply.status}: ${JSON.stringify(reply.json)?.slice(0, 600)}`);
}

function acknowledge(client: Client, write: Write, { json }: Reply): void {
  client.cells = applySteps(client.cells, write.steps);
  client.inFlight = undefined;
  const made = write.makes.length > 1 ? bulkIds(json) : [textOf(json, 'id') ?? ''];
  for (const [index, name] of write.makes.entries()) client.ids.set(name, made[index] ?? '');
}

const bulkIds = (json: unknown): readonly string[] =>
  listOf(json, 'Operations').map((done) => (textOf(done, 'location') ?? '').replace(/^.*\//, ''));
