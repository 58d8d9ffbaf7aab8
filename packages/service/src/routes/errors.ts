import { ScimError } from '@rollcall/scim';
import { DatabaseError, DatabaseUnavailableError } from '@rollcall/storage';
import { TooManyRequestsError, UnauthorizedError } from '../tokens/token-error.ts';

/** Seconds after which a client may try again when the database is away. */
const RETRY_AFTER_SECONDS = 5;

/** An error as a reply: what the client is told, and nothing of ours beside it. */
export interface ErrorReply {
  readonly error: ScimError;
  readonly headers: Readonly<Record<string, string>>;
}

/** Judges any error of a request. What we did not foresee is a 500 without detail; the log has the rest. */
export function errorReply(error: unknown, requestId: string): ErrorReply {
  if (error instanceof UnauthorizedError) return { error, headers: { 'www-authenticate': 'Bearer realm="scim"' } };
  if (error instanceof TooManyRequestsError)
    return { error, headers: { 'retry-after': String(error.retryAfterSeconds) } };
  if (error instanceof ScimError) return { error, headers: error.status === 503 ? retryAfter() : {} };
  if (error instanceof DatabaseUnavailableError) return { error: unavailable(), headers: retryAfter() };
  const refused = frameworkRefusal(error);
  if (refused) return { error: refused, headers: refused.status === 503 ? retryAfter() : {} };
  const detail = `Something went wrong on our side. Tell your administrator the request id ${requestId}.`;
  return { error: new ScimError(500, undefined, detail, { cause: error }), headers: {} };
}

const retryAfter = () => ({ 'retry-after': String(RETRY_AFTER_SECONDS) });

const unavailable = () =>
  new ScimError(503, undefined, 'The server cannot reach its database, or is too busy. Send the request again later.');

/** Refusals of the HTTP framework, by its codes. */
const FRAMEWORK: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    'The body is larger than the server accepts. ServiceProviderConfig names the limit of /Bulk.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'The content type is not supported: send application/scim+json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'The body is not as long as Content-Length says.'],
  // What Node says of a body whose sender went away, or whose chunks are malformed: nobody reads this answer.
  ECONNRESET: [400, 'The connection ended before the body did.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'The body is empty.'],
  FST_ERR_BAD_URL: [400, 'The path is not a valid URL path.'],
  FST_ERR_ASYNC_CONSTRAINT: [400, 'The request cannot be routed.'],
};

function frameworkRefusal(error: unknown): ScimError | undefined {
  if (error instanceof DatabaseError || !(error instanceof Error) || !('code' in error)) return undefined;
  const known = FRAMEWORK[String(error.code)];
  return known && new ScimError(known[0], known[0] === 400 ? 'invalidSyntax' : undefined, known[1]);
}
