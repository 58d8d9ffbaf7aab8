import { bulkResponse, type Json, parseBulkRequest, type ResourceType, ScimError } from '@rollcall/scim';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { runBulk } from '../bulk/run-bulk.ts';
import { objectBody } from '../resources/write.ts';
import { assertPermitted } from '../tokens/token-scope.ts';
import { errorReply } from './errors.ts';
import { sendJson } from './reply.ts';
import { scimOf } from './scim-request.ts';
import type { ScimServices } from './scim-services.ts';

const outOfTime = (): ScimError =>
  new ScimError(503, undefined, 'The request ran out of time before this operation: send it and those after it again.');

/** POST of a BulkRequest. @see RFC 7644 3.7 */
export function bulkHandler(services: ScimServices, types: readonly ResourceType[]) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { context, token, quirks } = scimOf(request);
    assertPermitted(token.token, { write: true });
    const body = objectBody({ body: request.body as Json | undefined, method: 'POST' });
    const bulk = parseBulkRequest(body, { types, operationsMax: services.limits.bulkOperationsMax });
    const endsAtMs = services.clock.monotonicMs() + services.limits.requestTimeMsMax;
    const results = await runBulk(services.database, context, bulk, {
      reportQuirk: (quirk) => quirks.add(quirk),
      authorise: async ({ type }) => {
        if (services.clock.monotonicMs() > endsAtMs) throw outOfTime();
        await services.tokens.assertLive(token);
        assertPermitted(token.token, { write: true, resourceType: type.name });
      },
      asRefusal: (error) => {
        const { error: refusal } = errorReply(error, request.id);
        if (refusal.status >= 500) services.onError(error, request);
        return refusal;
      },
    });
    return sendJson(reply, 200, JSON.stringify(bulkResponse(results)));
  };
}
