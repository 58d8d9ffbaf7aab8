import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { JsonText } from '../resources/represent.ts';

export const SCIM_MEDIA_TYPE = 'application/scim+json; charset=utf-8';

/** Sends JSON text as SCIM; a long one in pieces, as fast as the client takes them. */
export function sendJson(reply: FastifyReply, status: number, text: JsonText): FastifyReply {
  reply.code(status).header('content-type', SCIM_MEDIA_TYPE);
  return reply.send(typeof text === 'string' ? text : Readable.from(text, { objectMode: true, highWaterMark: 2 }));
}
