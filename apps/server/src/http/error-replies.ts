import { InvalidSyntaxError, ScimError } from '@rollcall/scim';
import { TooManyRequestsError } from '@rollcall/service';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemOf } from './problem.ts';
import type { RecordRequest } from './request-log.ts';
import type { RouteTable } from './route-table.ts';
import { setSecurityHeaders } from './security-headers.ts';

/** Everything below it speaks SCIM, errors included. */
const SCIM_ROOT = '/scim/';

/**
 * Answers every error that no plugin answered itself: SCIM bodies below `/scim`, problem documents elsewhere.
 * An unknown path is 404; a known path without the request's method is 405 and lists the methods.
 */
export function answerErrors(app: FastifyInstance, routes: RouteTable): void {
  app.setErrorHandler((error, request, reply) => replyWithError(error, request, reply));
  app.setNotFoundHandler((request, reply) => replyWithError(notFound(request, routes), request, reply));
}

/** Answers errors before routing, where no hook runs: it does the work of all of them. */
export function frameworkErrorAnswer(record: RecordRequest) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    reply.header('x-request-id', request.id);
    setSecurityHeaders(reply);
    reply.raw.once('finish', () => record(request, reply));
    void replyWithError(error, request, reply);
  };
}

function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  reply.code(problem.status).headers(problem.headers);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="rollcall"');
  return speaksScim(request)
    ? reply.type('application/scim+json; charset=utf-8').send(JSON.stringify(scimErrorOf(error, problem).toBody()))
    : reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problem.toDocument(request.id)));
}

function scimErrorOf(error: unknown, problem: Problem): ScimError {
  if (error instanceof ScimError || error instanceof TooManyRequestsError) return error;
  return problem.status === 400
    ? new InvalidSyntaxError(problem.message)
    : new ScimError(problem.status, undefined, problem.message);
}

function speaksScim(request: FastifyRequest): boolean {
  const url = request.raw.url ?? '';
  return (request.routeOptions.url ?? (decodedPath(url) || url)).startsWith(SCIM_ROOT);
}

function notFound(request: FastifyRequest, routes: RouteTable): Problem {
  const methods = routes.methodsOf(decodedPath(request.raw.url ?? ''));
  if (methods.length === 0 || methods.includes(request.method)) {
    return new Problem('not-found', 'There is nothing at this path: check the URL, which is case-sensitive.');
  }
  const allow = methods.join(', ');
  return new Problem('method-not-allowed', `The path has ${allow}, not ${request.method}.`, { headers: { allow } });
}

/** The path as the router reads it; one that cannot be decoded names nothing. */
function decodedPath(url: string): string {
  const [path = ''] = url.split('?');
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
