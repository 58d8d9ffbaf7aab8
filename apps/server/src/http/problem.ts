import { CycleRunningError, JobSchemaError, NotFoundError } from '@rollcall/engine';
import { ScimError } from '@rollcall/scim';
import { Refusal, type RefusalCode, TooManyRequestsError } from '@rollcall/service';
import { DatabaseUnavailableError } from '@rollcall/storage';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Every kind of refusal of the admin API, and its status. The words are stable: programs compare them. */
export const PROBLEMS = {
  'invalid-request': [400, 'The request is not of the form that this route takes'],
  'invalid-value': [400, 'A value cannot be taken'],
  'confirmation-needed': [400, 'This cannot be undone and needs a confirmation'],
  unauthorized: [401, 'The key does not open this'],
  forbidden: [403, 'The key may not do this'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'The path does not have this method'],
  'already-exists': [409, 'It exists already'],
  'already-ended': [409, 'It has ended already'],
  'cycle-running': [409, 'The job has a cycle that has not ended'],
  'job-off': [409, 'The job is switched off'],
  'precondition-failed': [412, 'It was changed in between'],
  'too-large': [413, 'The body is too large'],
  'too-long': [414, 'The path is too long'],
  'unsupported-media-type': [415, 'The body is of a type that is not read here'],
  'too-many-requests': [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'Not available at the moment'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One field of a request that was refused. */
export interface FieldProblem {
  /** Where: `body.slug`, `query.limit`. */
  readonly field: string;
  readonly detail: string;
}

/** The body of an error of the admin API. @see RFC 9457 3 */
export interface ProblemDocument {
  readonly type: `urn:rollcall:problem:${ProblemCode}`;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The id that the log has this request under. */
  readonly requestId: string;
  readonly errors?: readonly FieldProblem[];
}

export interface ProblemExtras {
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal of the admin API. The detail goes to the caller: it says what to do, and holds no secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly FieldProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.code = code;
    this.errors = extras.errors;
    this.headers = extras.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  toDocument(requestId: string): ProblemDocument {
    const [status, title] = PROBLEMS[this.code];
    return {
      type: `urn:rollcall:problem:${this.code}`,
      title,
      status,
      detail: this.message,
      requestId,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

const RETRY_AFTER_SECONDS = 5;

/** Judges any error of a request to the admin API. What we did not foresee is `internal`, without detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return refusedProblem(error);
  if (error instanceof ScimError) return scimProblem(error);
  if (error instanceof NotFoundError) return new Problem('not-found', `${error.message}.`);
  if (error instanceof CycleRunningError) return new Problem('cycle-running', `${error.message}.`);
  if (error instanceof JobSchemaError) return schemaProblem(error);
  if (error instanceof DatabaseUnavailableError) return unavailable();
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error);
  return (
    frameworkProblem(error) ?? new Problem('internal', 'Tell your administrator the request id; the log has the rest.')
  );
}

const REFUSALS: Readonly<Record<RefusalCode, ProblemCode>> = {
  'invalid-value': 'invalid-value',
  'not-found': 'not-found',
  'already-exists': 'already-exists',
  'already-ended': 'already-ended',
};

function refusedProblem({ code, message, field }: Refusal): Problem {
  const errors = field === undefined ? undefined : [{ field: `body.${field}`, detail: message }];
  return new Problem(REFUSALS[code], message, errors && { errors });
}

/** Every problem of the schema at once: an administrator corrects them in one go. */
function schemaProblem({ problems, message }: JobSchemaError): Problem {
  const errors = problems.map(({ place, message: detail }) => ({ field: `body.schema.${place}`, detail }));
  return new Problem('invalid-value', message, { errors });
}

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid-value',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'already-exists',
  412: 'precondition-failed',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'unavailable',
};

function scimProblem(error: ScimError): Problem {
  const headers = error instanceof TooManyRequestsError ? retryAfter(error.retryAfterSeconds) : {};
  return new Problem(BY_STATUS[error.status] ?? 'internal', error.message, { headers });
}

export const retryAfter = (seconds: number): Readonly<Record<string, string>> => ({ 'retry-after': String(seconds) });

const unavailable = (): Problem =>
  new Problem('unavailable', 'The server cannot reach its database, or is too busy. Send the request again later.', {
    headers: retryAfter(RETRY_AFTER_SECONDS),
  });

function invalidRequest(error: {
  readonly validation: readonly { readonly instancePath: string; readonly message?: string }[];
  readonly validationContext?: string | undefined;
}): Problem {
  const part = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
  const errors = error.validation.map(({ instancePath, message }) => ({
    field: `${part}${instancePath.replaceAll('/', '.')}`.replace(/\.$/, ''),
    detail: message ?? 'is not of the form that is asked for',
  }));
  const detail = errors.map((each) => `${each.field}: ${each.detail}`).join('; ');
  return new Problem('invalid-request', `${detail}. /api/v1/openapi.json shows the form.`, { errors });
}

/** Refusals of the HTTP framework, by its codes. */
const FRAMEWORK: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  FST_ERR_BAD_URL: ['invalid-request', 'The path is no valid URL path: write % as %25.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['too-large', 'The body is larger than 1 MB.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid-request', 'The body is empty: send a JSON object.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-request', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'Send JSON with Content-Type: application/json.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['unsupported-media-type', 'This method needs a Content-Type.'],
  FST_ERR_MAX_PARAM_LENGTH: ['too-long', 'A part of the path is longer than any id.'],
  FST_ERR_HANDLER_TIMEOUT: [
    'unavailable',
    'The request took longer than the server gives to one. Send it again later.',
  ],
};

function frameworkProblem(error: unknown): Problem | undefined {
  const known = error instanceof Error && 'code' in error ? FRAMEWORK[String(error.code)] : undefined;
  if (known === undefined) return undefined;
  const [code, detail] = known;
  return new Problem(code, detail, code === 'unavailable' ? { headers: retryAfter(RETRY_AFTER_SECONDS) } : {});
}
