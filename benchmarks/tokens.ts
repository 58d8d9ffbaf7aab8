import { createTenancy } from '@rollcall/service';
import { openTestPostgres } from '@rollcall/storage/testing';
import { spread, type Table } from './report.ts';
import type { BenchSize } from './size.ts';

const CHECKS = 20_000;
const MANY_TOKENS = 2_000;

/** The cost of a token check, with one token and with many. */
export async function benchTokens(size: BenchSize): Promise<readonly Table[]> {
  const database = await openTestPostgres();
  const tenancy = createTenancy({ database, onError: report, rateLimit: { perSecond: 0, burst: 1 } });
  await tenancy.tenants.create({ slug: 'acme', name: 'Acme' });
  const { text } = await tenancy.tokens.create('acme', { name: 'bench' }, 'bench');
  const request = { tenant: 'acme', authorization: `Bearer ${text}`, address: '127.0.0.1', agent: undefined };
  const one: number[] = [];
  const many: number[] = [];
  for (let round = 0; round < size.rounds; round += 1)
    one.push(await checkMs(() => tenancy.tokenAuthenticator.authenticate(request)));
  for (let index = 0; index < MANY_TOKENS; index += 1)
    await tenancy.tokens.create('acme', { name: `token ${index}` }, 'bench');
  for (let round = 0; round < size.rounds; round += 1)
    many.push(await checkMs(() => tenancy.tokenAuthenticator.authenticate(request)));
  await tenancy.close();
  await database.close();
  return [
    {
      title: 'Token check',
      note: `Mean of ${CHECKS.toLocaleString('en')} checks, the look-ups in the database among them.`,
      columns: ['Tokens', 'ms a check', 'Goal'],
      rows: [
        ['1', spread(one, 4), 'under 0.1'],
        [MANY_TOKENS.toLocaleString('en'), spread(many, 4), 'under 0.1, the same'],
      ],
    },
  ];
}

const report = (error: unknown): void => console.error(error);

async function checkMs(check: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < CHECKS; index += 1) await check();
  return (performance.now() - start) / CHECKS;
}
