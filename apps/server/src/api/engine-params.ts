import { z } from 'zod';
import { PAGE_QUERY } from './page-schema.ts';

const uuid = (thing: string) => z.uuid(`give the id of ${thing} as a reply had it`);

export const TENANT_PARAMS = z.object({ tenant: z.string() });
export const SOURCE_PARAMS = z.object({ tenant: z.string(), source: uuid('a source') });
export const APPLICATION_PARAMS = z.object({ tenant: z.string(), application: uuid('an application') });
export const JOB_PARAMS = z.object({ tenant: z.string(), job: uuid('a job') });
export const CYCLE_PARAMS = z.object({ tenant: z.string(), job: uuid('a job'), cycle: uuid('a cycle') });

/** Query of a list whose cursors are ids. */
export const ID_PAGE_QUERY = z.strictObject({
  limit: PAGE_QUERY.shape.limit,
  cursor: z.uuid('give a nextCursor as a reply had it').optional().describe('The `nextCursor` of the page before.'),
});

/** Query of a list that has no further pages. */
export const LATEST_QUERY = z.strictObject({ limit: PAGE_QUERY.shape.limit });
