import type { z } from 'zod';
import { APPLICATION, CONNECTION_TEST } from './application-schema.ts';
import { BEGUN_CYCLE, CYCLE, CYCLE_REPORT, ESCROWED } from './cycle-schema.ts';
import { JOB } from './job-schema.ts';
import { pageOf } from './page-schema.ts';
import { PROBLEM } from './problem-schema.ts';
import { SOURCE } from './source-schema.ts';
import { TENANT } from './tenant-schema.ts';
import { CREATED_TOKEN, TOKEN } from './token-schema.ts';

/** What the admin API answers, for clients that check it: the very schemas that the routes answer by. */
export const REPLIES = {
  application: APPLICATION,
  applications: pageOf(APPLICATION),
  begunCycle: BEGUN_CYCLE,
  connectionTest: CONNECTION_TEST,
  createdToken: CREATED_TOKEN,
  cycle: CYCLE_REPORT,
  cycles: pageOf(CYCLE),
  escrow: pageOf(ESCROWED),
  job: JOB,
  jobs: pageOf(JOB),
  problem: PROBLEM,
  source: SOURCE,
  sources: pageOf(SOURCE),
  tenant: TENANT,
  tokens: pageOf(TOKEN),
} as const;

/** One of the replies, by its name. */
export type Reply<Name extends keyof typeof REPLIES> = z.output<(typeof REPLIES)[Name]>;
