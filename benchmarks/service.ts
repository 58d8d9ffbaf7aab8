import { randomBytes, randomUUID } from 'node:crypto';
import { migrate, migrations, openPostgres } from '@rollcall/storage';
import { startPostgres } from '@rollcall/storage/testing';
import { type Company, fillCompany } from './company.ts';
import { type LoadResult, load, type Shot } from './load.ts';
import { type ServerProcess, startProcess } from './processes.ts';
import { median, spread, type Table } from './report.ts';
import type { BenchSize } from './size.ts';

const TENANT = 'acme';
const CONNECTIONS = 16;
const OPERATOR_KEY = 'benchmark-operator-key-of-enough-characters';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

interface Base {
  readonly url: string;
  readonly token: string;
}

interface Sides {
  readonly ours: Base;
  readonly bare: Base;
}

/** The service rows of the budgets, on a PostgreSQL of their own. */
export async function benchService(size: BenchSize): Promise<readonly Table[]> {
  const postgres = await startPostgres();
  const started: ServerProcess[] = [];
  try {
    const server = await startProcess(
      ['--max-semi-space-size=4', 'apps/cli/src/main.ts', 'serve', '--port', '0'],
      serverEnvironment(postgres.url),
    );
    started.push(server);
    const token = await makeTenant(server.url);
    const company = await fill(postgres.url, size);
    const bare = await startProcess(['benchmarks/bare-server.ts', postgres.url, TENANT], {});
    started.push(bare);
    const sides = { ours: { url: `${server.url}/scim/v2/${TENANT}`, token }, bare: { url: bare.url, token: 'none' } };
    return [
      await againstBare(sides, company, size),
      await independentOfSize(sides.ours, company, size),
      await memoryTable(server, sides.ours, company, size),
    ];
  } finally {
    for (const process of started) await process.stop();
    await postgres.stop();
  }
}

const serverEnvironment = (databaseUrl: string): Readonly<Record<string, string>> => ({
  DATABASE_URL: databaseUrl,
  ROLLCALL_MASTER_KEY: randomBytes(32).toString('base64'),
  ROLLCALL_BOOTSTRAP_KEY: OPERATOR_KEY,
  ROLLCALL_RATE_LIMIT: '0',
  ROLLCALL_LOG_LEVEL: 'warn',
  ROLLCALL_PUBLIC_URL: 'http://localhost:8400',
});

async function makeTenant(url: string): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' };
    const reply = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (reply.status !== 201) throw new Error(`POST ${path} answered ${reply.status}: ${await reply.text()}`);
    return (await reply.json()) as { token: string };
  };
  await post('/tenants', {
    slug: TENANT,
    name: 'Acme',
    policy: { deletesPerMinuteMax: 0, memberRemovalsPerMinuteMax: 0 },
  });
  return (await post(`/tenants/${TENANT}/provisioning-tokens`, { name: 'bench' })).token;
}

async function fill(url: string, size: BenchSize): Promise<Company> {
  const database = await openPostgres({ url, poolMax: 2, statementTimeoutMs: 600_000 });
  await migrate(database, migrations);
  const company = await fillCompany(database, TENANT, size);
  await database.close();
  return company;
}

// --- against bare ---------------------------------------------------------------------------------

async function againstBare(sides: Sides, company: Company, size: BenchSize): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, shot] of Object.entries(operations(company)))
    rows.push([name, ...(await compare(sides, shot, size))]);
  return {
    title: 'Operations against bare',
    note: `Bare: the same HTTP server with a handler that runs the one SQL statement that cannot be done without, and answers the same bytes. ${CONNECTIONS} connections. What falls short is marked: beside the statement a request pays for its token, its schema and its log, and a write for its history, its event and its count in the same transaction; a change of a member writes five rows where bare writes one.`,
    columns: ['Operation', 'requests/s, ours : bare', 'Goal', 'p99, ours : bare', 'Goal '],
    rows,
  };
}

async function compare({ ours, bare }: Sides, shot: Shot, size: BenchSize): Promise<string[]> {
  const options = { seconds: size.seconds, connections: CONNECTIONS };
  const pairs: { readonly ours: LoadResult; readonly bare: LoadResult }[] = [];
  await load(ours, shot, { ...options, seconds: 1 });
  await load(bare, shot, { ...options, seconds: 1 });
  for (let round = 0; round < size.rounds; round += 1) {
    pairs.push({ ours: await load(ours, shot, options), bare: await load(bare, shot, options) });
  }
  const rates = pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond);
  const tails = pairs.map((pair) => pair.ours.p99Ms / Math.max(1, pair.bare.p99Ms));
  return [spread(rates), `0.70 ${mark(median(rates) >= 0.7)}`, spread(tails), `2.00 ${mark(median(tails) <= 2)}`];
}

const mark = (met: boolean): string => (met ? 'met' : '**not met**');

function operations(company: Company): Readonly<Record<string, Shot>> {
  let turn = 0;
  const pick = (): string => {
    turn = (turn + 7919) % company.userIds.length;
    return company.userIds[turn] ?? '';
  };
  const patch = (operation: object) => JSON.stringify({ schemas: [PATCH_OP], Operations: [operation] });
  return {
    'GET by id': { method: 'GET', path: '/Users', status: 200, next: () => ({ path: `/Users/${pick()}` }) },
    'userName eq': {
      method: 'GET',
      path: '/Users',
      status: 200,
      next: () => {
        turn = (turn + 7919) % company.userIds.length;
        return { path: `/Users?filter=userName%20eq%20%22user${turn}@example.com%22` };
      },
    },
    POST: {
      method: 'POST',
      path: '/Users',
      status: 201,
      next: () => ({
        body: JSON.stringify({
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: `${randomUUID()}@example.com`,
          displayName: 'New Person',
          active: true,
          emails: [{ type: 'work', value: 'new@example.com', primary: true }],
        }),
      }),
    },
    'PATCH active': {
      method: 'PATCH',
      path: '/Users',
      status: 200,
      next: () => ({ path: `/Users/${pick()}`, body: patch({ op: 'replace', path: 'active', value: turn % 2 === 0 }) }),
    },
    'add one member': {
      method: 'PATCH',
      path: '/Groups',
      status: 204,
      next: () => ({
        path: `/Groups/${company.groups.empty}`,
        body: patch({ op: 'add', path: 'members', value: [{ value: pick() }] }),
      }),
    },
  };
}

// --- independent of size --------------------------------------------------------------------------

async function independentOfSize(ours: Base, company: Company, size: BenchSize): Promise<Table> {
  const { large, small } = company.groups;
  const byName = (name: string): Shot => ({
    method: 'GET',
    path: `/Groups?filter=displayName%20eq%20%22${name}%22&excludedAttributes=members`,
    status: 200,
  });
  const first: Shot = { method: 'GET', path: '/Users?count=100&cursor=', status: 200 };
  const deep: Shot = { method: 'GET', path: await deepPage(ours, Math.floor(size.users * 0.9)), status: 200 };
  const rows = [
    [
      'add and remove one member, large group : ten members',
      ...(await latency(ours, toggle(large, company), toggle(small, company), size)),
    ],
    [
      'group by name without members, large : empty',
      ...(await latency(ours, byName('Everybody'), byName('Nobody'), size)),
    ],
    ['list page of 100 by cursor, at 90 % : first page', ...(await latency(ours, deep, first, size))],
  ];
  return {
    title: 'Independent of size',
    note: 'Median latency of one client, the large case against the small one.',
    columns: ['Operation', 'latency, large : small', 'Goal'],
    rows,
  };
}

function toggle(group: string, company: Company): Shot {
  const value = company.userIds.at(-1);
  let add = false;
  const operation = () => {
    add = !add;
    return add
      ? { op: 'add', path: 'members', value: [{ value }] }
      : { op: 'remove', path: `members[value eq "${value}"]` };
  };
  return {
    method: 'PATCH',
    path: `/Groups/${group}`,
    status: 204,
    next: () => ({ body: JSON.stringify({ schemas: [PATCH_OP], Operations: [operation()] }) }),
  };
}

/** Walks to a depth by large pages, as a client that reads everything does. */
async function deepPage({ url, token }: Base, depth: number): Promise<string> {
  let cursor = '';
  for (let seen = 0; seen < depth; seen += 1_000) {
    const reply = await fetch(`${url}/Users?count=1000&attributes=id&cursor=${cursor}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const page = (await reply.json()) as { nextCursor?: string };
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  return `/Users?count=100&cursor=${cursor}`;
}

async function latency(ours: Base, large: Shot, small: Shot, size: BenchSize): Promise<string[]> {
  const options = { seconds: size.seconds, connections: 1 };
  const ratios: number[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const [one, other] = [await load(ours, large, options), await load(ours, small, options)];
    ratios.push(other.perSecond / one.perSecond);
  }
  return [spread(ratios), `1.50 ${mark(median(ratios) <= 1.5)}`];
}

// --- memory ---------------------------------------------------------------------------------------

async function memoryTable(
  server: ServerProcess,
  { url, token }: Base,
  company: Company,
  size: BenchSize,
): Promise<Table> {
  const reply = await fetch(`${url}/Groups/${company.groups.large}`, { headers: { authorization: `Bearer ${token}` } });
  let bytes = 0;
  for await (const chunk of reply.body ?? []) bytes += chunk.length;
  const { now, highest } = await server.memory();
  return {
    title: 'Memory of the server',
    note: `Resident memory in MiB after all of the above and a read of the group of ${size.members.toLocaleString('en')} members (${(bytes / 2 ** 20).toFixed(0)} MiB of JSON).`,
    columns: ['Now', 'Highest', 'Goal'],
    rows: [[now.toFixed(0), highest.toFixed(0), `under 300 ${mark(highest < 300)}`]],
  };
}
