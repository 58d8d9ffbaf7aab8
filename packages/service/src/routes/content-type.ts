import { InvalidSyntaxError, type Json, parseJson, ScimError } from '@rollcall/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ScimLimits } from './limits.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Media types that a body may have; a `charset` parameter of UTF-8 is welcome. @see RFC 7644 3.1, 8.2 */
const MEDIA_TYPES = ['application/scim+json', 'application/json'];

/**
 * Reads bodies as JSON under our limits, and refuses everything else. Nothing is decompressed: what a
 * compressed body would grow to is not known before.
 */
export function readBodies(app: FastifyInstance, limits: ScimLimits): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(MEDIA_TYPES, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) =>
    body.length === 0 ? undefined : parseBody(request, body, limits),
  );
  app.addContentTypeParser('*', async (request: FastifyRequest) => refuseType(request));
  app.addHook('preParsing', async (request) => refuseEncoding(request));
}

function parseBody(request: FastifyRequest, body: Buffer, limits: ScimLimits): Json {
  refuseCharset(request.headers['content-type'] ?? '');
  return parseJson(decode(body), { depthMax: limits.jsonDepthMax });
}

function decode(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch (cause) {
    throw Object.assign(new InvalidSyntaxError('The body is not UTF-8: send JSON in UTF-8 (RFC 8259 8.1).'), { cause });
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

function refuseCharset(contentType: string): void {
  const charset = CHARSET.exec(contentType)?.[1]?.toLowerCase();
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8') return;
  throw new ScimError(415, undefined, `The charset "${charset}" is not supported: send JSON in UTF-8.`);
}

/** A DELETE may carry a content type of its client's habit; without a body it does not matter. */
function refuseType(request: FastifyRequest): undefined {
  const hasBody = Number(request.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in request.headers;
  if (!hasBody) return undefined;
  throw new ScimError(
    415,
    undefined,
    `The content type "${(request.headers['content-type'] ?? '').slice(0, 60)}" is not supported: send application/scim+json.`,
  );
}

function refuseEncoding(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ScimError(
    415,
    undefined,
    `The content encoding "${encoding.slice(0, 60)}" is not supported: send the body uncompressed.`,
  );
}
