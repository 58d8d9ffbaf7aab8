import { ERROR_SCHEMA } from '@rollcall/scim';
import type { TargetResponse } from './target-response.ts';

/** A body, read: JSON of an object, nothing, or something that is no SCIM. */
export type ResponseBody =
  | { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Reads a body. The content type is not held against it, since many servers send `application/json` or
 * `text/plain`; only HTML is refused by name.
 */
export function readBody({ headers, body }: TargetResponse): ResponseBody {
  if (body.trim() === '') return { kind: 'empty' };
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return { kind: 'unreadable', why: `a body compressed as ${firstBytes(encoding)}, which was not asked for` };
  }
  if (/^\s*</.test(body) || /html/i.test(headers['content-type'] ?? '')) {
    return { kind: 'unreadable', why: `an HTML or XML page: ${firstBytes(body)}` };
  }
  return readJson(body);
}

function readJson(body: string): ResponseBody {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return { kind: 'object', value };
    return { kind: 'unreadable', why: `JSON that is no object: ${firstBytes(body)}` };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'unreadable', why: `a body that is not JSON: ${firstBytes(body)}` };
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether a body is a SCIM error. Servers that leave `schemas` out are known by `scimType`, or by a
 * `detail` beside a `status`; the errors of gateways have neither.
 *
 * @see RFC 7644 3.12
 */
export function isScimError(value: Readonly<Record<string, unknown>>): boolean {
  const { schemas, scimType, detail, status } = value;
  if (Array.isArray(schemas)) return schemas.some((urn) => String(urn).toLowerCase() === ERROR_SCHEMA.toLowerCase());
  return typeof scimType === 'string' || (typeof detail === 'string' && status !== undefined);
}

/** The text of a refusal: `scimType: detail`, or the first bytes of what came. */
export function detailOf(body: ResponseBody): string {
  if (body.kind === 'empty') return 'no body';
  if (body.kind === 'unreadable') return body.why;
  const { scimType, detail } = body.value;
  const parts = [scimType, detail].filter((part) => typeof part === 'string' && part !== '');
  return parts.length > 0 ? firstBytes(parts.join(': '), 500) : firstBytes(JSON.stringify(body.value));
}

/** The beginning of a text in one line, without control characters. */
export function firstBytes(text: string, charsMax = 200): string {
  const line = text
    .slice(0, charsMax)
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return text.length > charsMax ? `${line}…` : line;
}
