import { listOf, memberOf, textOf } from '../support/json-members.ts';
import type { FuzzCase, Owed } from './fuzz-case.ts';
import type { Exchange, Monologue } from './http-connection.ts';
import type { Reply } from './reply-reader.ts';

type RequestCase = Extract<FuzzCase, { kind: 'request' }>;
type BytesCase = Extract<FuzzCase, { kind: 'bytes' }>;

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What is wrong with the answer to a request; undefined when nothing is. */
export function judgeExchange(fuzzCase: RequestCase, exchange: Exchange): string | undefined {
  if (exchange.kind === 'silent') return 'no answer within 5 s';
  if (exchange.kind === 'closed') return fuzzCase.mayClose ? undefined : 'the connection was closed without an answer';
  return judgeReply(fuzzCase, exchange.reply) ?? judgeOwed(fuzzCase.owes, exchange.reply);
}

/** What is wrong with what came back on a raw connection. */
export function judgeMonologue({ refused }: BytesCase, { replies, ended }: Monologue): string | undefined {
  if (!ended) return 'the connection was still open 5 s after the client had ended';
  for (const reply of replies) {
    const wrong = judgeStatus(reply);
    if (wrong !== undefined) return wrong;
    if (refused && reply.status < 400) return `bytes that must be refused were answered ${reply.status}`;
  }
  return refused && replies.length > 1 ? `${replies.length} answers to what is one refused request` : undefined;
}

/** 501 is for what is not built, 503 for a database that is away or a row that too many want: both are documented. */
function judgeStatus({ status, headers }: Reply): string | undefined {
  if (!(status >= 200 && status <= 599)) return `the status is ${status}`;
  if (status < 500 || status === 501) return undefined;
  if (status === 503 && headers.has('retry-after')) return undefined;
  return `status ${status}`;
}

function judgeReply({ request }: RequestCase, reply: Reply): string | undefined {
  const wrong = judgeStatus(reply);
  if (wrong !== undefined || request.method === 'HEAD') return wrong;
  if (reply.status >= 400) return judgeErrorBody(request.target, reply);
  if (reply.body === '' || !/json/.test(reply.headers.get('content-type') ?? '')) return undefined;
  const json = parse(reply.body);
  if (json === undefined) return 'the body of a success is no JSON';
  return request.target.endsWith('/Bulk') ? judgeBulk(json) : undefined;
}

/** A bulk request succeeds as a whole; its operations have statuses of their own. */
function judgeBulk(json: unknown): string | undefined {
  const failed = listOf(json, 'Operations').find((operation) => /^5/.test(textOf(operation, 'status') ?? '5'));
  return failed === undefined
    ? undefined
    : `an operation of a bulk request failed: ${JSON.stringify(failed).slice(0, 300)}`;
}

function judgeErrorBody(target: string, { status, headers, body }: Reply): string | undefined {
  // The platform answers an expectation that it does not know, by the status alone. @see RFC 9110 10.1.1
  if (status === 417 && body === '') return undefined;
  const type = headers.get('content-type') ?? '';
  const json = parse(body);
  if (json === undefined) return `status ${status} with a body that is no JSON: ${body.slice(0, 100)}`;
  if (type.startsWith('application/scim+json')) return judgeScimError(status, json);
  if (target.startsWith('/scim/v2/') && !isFramingError(headers, status)) return `a SCIM path answered with ${type}`;
  return type.startsWith('application/problem+json') ? judgeProblem(status, json) : `an error of type ${type}`;
}

/** Refused by the HTTP parser, before there was a path: the connection ends with it. */
const isFramingError = (headers: Reply['headers'], status: number): boolean =>
  headers.get('connection') === 'close' && [400, 408, 413, 417, 431].includes(status);

function judgeScimError(status: number, json: unknown): string | undefined {
  const schemas = memberOf(json, 'schemas');
  const isError = Array.isArray(schemas) && schemas.length === 1 && schemas[0] === ERROR_SCHEMA;
  const detail = textOf(json, 'detail');
  const isWhole = isError && textOf(json, 'status') === String(status) && detail !== undefined && detail !== '';
  return isWhole ? undefined : `not a SCIM error body for ${status}: ${JSON.stringify(json).slice(0, 200)}`;
}

function judgeProblem(status: number, json: unknown): string | undefined {
  const isWhole = memberOf(json, 'status') === status && textOf(json, 'title') !== undefined && textOf(json, 'type');
  return isWhole ? undefined : `not a problem document for ${status}: ${JSON.stringify(json).slice(0, 200)}`;
}

function judgeOwed(owes: Owed | undefined, { status, body }: Reply): string | undefined {
  const said = `${status}: ${body.slice(0, 200)}`;
  switch (owes) {
    case undefined:
      return undefined;
    case 'success':
      return status < 300 ? undefined : `a valid request was answered ${said}`;
    case 'refusal':
      return status >= 400 ? undefined : `must be refused, and was answered ${said}`;
    case 'invalidFilter':
      return status === 400 && textOf(parse(body), 'scimType') === 'invalidFilter'
        ? undefined
        : `an unknown attribute must be invalidFilter, and was answered ${said}`;
    case 'stranger':
      return status >= 400 && status < 500 ? undefined : `other people's data was answered ${said}`;
  }
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
