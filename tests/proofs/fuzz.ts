/**
 * Random, mutated and hostile requests get no 5xx, no hang, and leave memory and data as they are (P3, P5, P14).
 *
 * Length: 100,000 requests in two to four minutes; with --short, 10,000 in half a minute
 *
 * Filters from the grammar and beside it, PATCH, resources, JSON, paths, headers, query parameters, bulk, every
 * operation of the admin API, and raw connections: two lengths, smuggled requests, garbage, requests that stop half
 * way. Every answer is judged: its status, the form of its error body, and what is known of the right one (a valid
 * filter succeeds, an unknown attribute is invalidFilter, another tenant's data is never shown). After each batch
 * the server must be ready, and resources that no request named must be what they were.
 *
 * `--requests N` (100,000), `--database pglite|postgresql` (postgresql), `--seed N`, `--case N` for one case alone.
 */

import { type PostgresServer, startPostgres } from '@rollcall/storage/testing';
import { type RunningServer, startServer } from '../support/server.ts';
import { type Finding, FuzzRun } from './fuzz/fuzz-run.ts';
import { Ground } from './fuzz/ground.ts';
import { INSPECTABLE, LiveHeap } from './fuzz/live-heap.ts';
import { cpuMs, memoryTrend } from './fuzz/server-memory.ts';
import { showCase } from './fuzz/show-request.ts';
import { type DatabaseKind, readProofArguments } from './support/proof-arguments.ts';

const REQUESTS = 100_000;
const REQUESTS_SHORT = 10_000;
/** Growth of the live heap that is still called flat, over 100,000 requests after the warm-up. */
const GROWTH_MB_MAX = 16;
const MEMORY_MB_MAX: Readonly<Record<DatabaseKind, number>> = { postgresql: 512, pglite: 1_024 };
const CPU_MS_MAX = 250;
const SHOWN_PER_KIND = 2;
/** Findings after which there is no point in going on showing them. */
const KINDS_SHOWN_MAX = 15;

const { seed, short, databases, number } = readProofArguments({
  numbers: ['requests', 'case'],
  databases: ['postgresql'],
});
const requests = number('requests') ?? (short ? REQUESTS_SHORT : REQUESTS);
const onlyCase = number('case');
let passed = 0;
let failed = 0;

console.log(`fuzz: ${requests} requests on ${databases.join(' and ')}, --seed ${seed}`);
for (const kind of databases) await fuzz(kind);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function fuzz(kind: DatabaseKind): Promise<void> {
  const postgres = kind === 'postgresql' ? await startPostgres({ allowDataLoss: true }) : undefined;
  try {
    await using server = await start(postgres);
    const ground = await Ground.prepare(server);
    using heap = await LiveHeap.connect(server.log());
    const run = await FuzzRun.prepare({ ground, heap, seed, requests, onBatch: (line) => console.log(`  ${line}`) });
    if (onlyCase === undefined) await fuzzWhole(kind, run, server);
    else await sendOne(run, ground, onlyCase);
  } finally {
    await postgres?.stop('immediate');
  }
}

function start(postgres: PostgresServer | undefined): Promise<RunningServer> {
  const env = {
    ROLLCALL_LOG_LEVEL: 'error',
    ROLLCALL_RATE_LIMIT: '0',
    ROLLCALL_CONNECTIONS_PER_ADDRESS: '10000',
    NODE_OPTIONS: INSPECTABLE,
  };
  return startServer({ env, ...(postgres && { databaseUrl: postgres.url }) });
}

async function fuzzWhole(kind: DatabaseKind, run: FuzzRun, server: RunningServer): Promise<void> {
  const startedAt = performance.now();
  await run.run();
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`\n${kind}: ${run.sent} requests in ${seconds.toFixed(0)} s, ${(run.sent / seconds).toFixed(0)}/s\n`);
  showAnswers(run);
  await showFindings(run, server);
  check(`${run.sent} answers are as they must be`, run.findings.length === 0);
  check(
    'the server is well after each batch, and nothing that no request named has changed',
    run.troubles.length === 0,
  );
  for (const trouble of run.troubles.slice(0, SHOWN_PER_KIND)) console.log(`  ${trouble}`);
  checkMemory(kind, run);
  await checkCost(run, server);
  const errors = loggedErrors(server.log());
  check('the server logged no error', errors.length === 0);
  for (const error of errors.slice(0, SHOWN_PER_KIND)) console.log(`  ${error.slice(0, 2_000)}`);
}

/** Beside a client that went away in the midst of its request, and what is not built, which are no errors of ours. */
function loggedErrors(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => /"level":"(?:error|fatal)"/.test(line) && !/"code":"ECONNRESET"|"status":501/.test(line));
}

function check(what: string, holds: boolean): void {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}`);
}

function showAnswers({ answers }: FuzzRun): void {
  for (const [family, counts] of [...answers].sort()) {
    const shown = [...counts].sort().map(([answer, count]) => `${answer}: ${count}`);
    console.log(`  ${family.padEnd(14)} ${shown.join(', ')}`);
  }
  console.log();
}

/** Each kind of finding with a case or two, sent again alone: a case that fails alone is its own smallest form. */
async function showFindings(run: FuzzRun, server: RunningServer): Promise<void> {
  const kinds = Map.groupBy(
    run.findings,
    ({ fuzzCase, wrong }) => `${fuzzCase.family}: ${wrong.replaceAll(/[\d"].*/g, '…')}`,
  );
  for (const [kind, findings] of [...kinds].slice(0, KINDS_SHOWN_MAX)) {
    console.log(`FINDING  ${kind} (${findings.length})`);
    for (const finding of findings.slice(0, SHOWN_PER_KIND)) await showFinding(run, server, finding);
  }
}

async function showFinding(run: FuzzRun, server: RunningServer, { index, fuzzCase, wrong }: Finding): Promise<void> {
  const again = await run.send(fuzzCase);
  const alone =
    again.wrong === undefined ? `not when it is sent alone: then ${again.answer}` : 'also when it is sent alone';
  console.log(`  case ${index} (${alone}): ${wrong}`);
  console.log(`    ${showCase(fuzzCase, Number(new URL(server.url).port))}`);
}

async function sendOne(run: FuzzRun, ground: Ground, index: number): Promise<void> {
  const fuzzCase = run.caseOf(index);
  const { wrong, answer, ms } = await run.send(fuzzCase);
  console.log(showCase(fuzzCase, ground.port));
  check(
    `${fuzzCase.family} ${index}: ${answer} in ${ms.toFixed(0)} ms${wrong === undefined ? '' : `, ${wrong}`}`,
    wrong === undefined,
  );
}

function checkMemory(kind: DatabaseKind, { memory }: FuzzRun): void {
  const most = Math.max(0, ...memory.map(({ resident = 0 }) => resident));
  check(`resident memory: ${most.toFixed(0)} MB at most, of ${MEMORY_MB_MAX[kind]} MB`, most < MEMORY_MB_MAX[kind]);
  const trend = memoryTrend(memory);
  if (trend === undefined) return;
  const [first, second] = trend.floors.map((floor) => floor.toFixed(1));
  const growth = `${trend.growthPer100k.toFixed(1)} MB per 100,000 requests`;
  check(`live heap after the warm-up: ${first} MB, later ${second} MB; ${growth}`, trend.growthPer100k < GROWTH_MB_MAX);
}

/** The slowest cases again, alone: under load they may only have waited. The best of three tries counts. */
async function checkCost(run: FuzzRun, server: RunningServer): Promise<void> {
  for (const { ms, index, fuzzCase } of run.slowest) {
    const costs: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const before = cpuMs(server.pid);
      await run.send(fuzzCase);
      costs.push(cpuMs(server.pid) - before);
    }
    const cost = Math.min(...costs);
    if (cost > CPU_MS_MAX) {
      check(`case ${index} (${fuzzCase.family}) costs ${cost} ms of CPU alone`, false);
      console.log(`  ${showCase(fuzzCase, Number(new URL(server.url).port))}`);
    } else
      console.log(
        `      slow under load: case ${index} (${fuzzCase.family}), ${ms.toFixed(0)} ms; alone ${cost} ms of CPU`,
      );
  }
}
