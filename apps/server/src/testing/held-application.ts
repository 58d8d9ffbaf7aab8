import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A SCIM application in memory that answers creates only when it is told to. */
export interface HeldApplication {
  readonly url: string;
  /** `externalId` of every account that was created, in the order of the requests. */
  readonly created: readonly string[];
  /** Resolves when a create has come and waits for its answer. */
  readonly held: Promise<void>;
  /** Answers what waits, and everything from now on at once. */
  release(): void;
  close(): Promise<void>;
}

export async function openHeldApplication(): Promise<HeldApplication> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const created: string[] = [];
  const create = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { externalId } = (await readJson(request)) as { externalId: string };
    held.resolve();
    await released.promise;
    created.push(externalId);
    reply(response, 201, { id: `id-${externalId}`, externalId });
  };
  const server = createServer((request, response) => {
    if (request.method === 'POST') void create(request, response);
    else reply(response, 200, { totalResults: 0, Resources: [] });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    created,
    held: held.promise,
    release: released.resolve,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
