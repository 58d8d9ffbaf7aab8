import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** @see RFC 9457 */
export const PROBLEM = z
  .object({
    type: z.enum(CODES.map((code) => `urn:rollcall:problem:${code}` as const)).describe('Stable: compare this one.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was refused, and what to do.'),
    requestId: z.string().describe("The request's id in the log; also in the header `x-request-id`."),
    errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  })
  .describe('A refusal, as RFC 9457 says; its content type is application/problem+json.');

const REFUSAL = { description: 'A refusal.', content: { 'application/problem+json': { schema: PROBLEM } } };

/** The refusals that every route with a key can give. */
export const REFUSALS = { '4xx': REFUSAL, '5xx': REFUSAL } as const;
