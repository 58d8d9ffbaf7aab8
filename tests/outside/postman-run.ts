import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/run-program.ts';
import { suiteFile } from '../support/suites.ts';
import type { TestTenant } from '../support/tenant.ts';
import { newman } from './outside-parts.ts';

const RUN_MS_MAX = 3 * 60_000;

/** One assertion of a collection's step. */
export interface PostmanAssertion {
  /** Folder and name: `User tests / Post User`. */
  readonly step: string;
  readonly assertion: string;
  /** Why it failed; undefined when it held. */
  readonly problem: string | undefined;
}

export interface PostmanRun {
  readonly requests: number;
  readonly assertions: readonly PostmanAssertion[];
  /** Failures that are no assertion's: a request without an answer, a script that broke. */
  readonly accidents: readonly string[];
}

interface Item {
  readonly id: string;
  readonly name: string;
  readonly item?: readonly Item[];
}

interface Report {
  readonly collection: { readonly item: readonly Item[] };
  readonly run: {
    readonly executions: readonly {
      readonly item: Item;
      readonly assertions?: readonly { readonly assertion: string; readonly error?: { readonly message: string } }[];
    }[];
    readonly failures: readonly {
      readonly source?: { readonly name?: string };
      /** `test` names the assertion; an accident has none. */
      readonly error: { readonly name: string; readonly message: string; readonly test?: string };
    }[];
  };
}

/** Plays a collection against a tenant's endpoint. `folders` chooses among its folders; none means all. */
export async function runPostman(
  collection: string,
  tenant: TestTenant,
  folders: readonly string[] = [],
): Promise<PostmanRun> {
  const work = await mkdtemp(join(tmpdir(), 'rollcall-postman-'));
  const reportFile = join(work, 'report.json');
  try {
    const args = argumentsFor(collection, { tenant, folders, reportFile });
    const { code, stderr } = await runProgram(newman, args, { timeoutMs: RUN_MS_MAX });
    // 1: an assertion failed, which the caller judges.
    if (code !== 0 && code !== 1) throw new Error(`newman ended with ${code}: ${stderr}`);
    return readReport(JSON.parse(await readFile(reportFile, 'utf8')));
  } finally {
    await rm(work, { recursive: true });
  }
}

interface Run {
  readonly tenant: TestTenant;
  readonly folders: readonly string[];
  readonly reportFile: string;
}

function argumentsFor(collection: string, { tenant, folders, reportFile }: Run): readonly string[] {
  const { hostname, port, pathname } = new URL(tenant.endpoint);
  const variables = { Server: hostname, Port: `:${port}`, Api: pathname.slice(1), token: tenant.token };
  return [
    'run',
    suiteFile('third-party', collection),
    '--environment',
    suiteFile('third-party', 'postman-environment.json'),
    ...Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
    ...folders.flatMap((folder) => ['--folder', folder]),
    '--reporters=json',
    `--reporter-json-export=${reportFile}`,
  ];
}

function readReport({ collection, run }: Report): PostmanRun {
  const paths = new Map(pathsOf(collection.item));
  const assertions = run.executions.flatMap(({ item, assertions: made = [] }) =>
    made.map(({ assertion, error }) => ({
      step: paths.get(item.id) ?? item.name,
      assertion,
      problem: error?.message,
    })),
  );
  const accidents = run.failures
    .filter(({ error }) => error.test === undefined)
    .map(({ source, error }) => `${source?.name ?? 'the collection'}: ${error.name}: ${error.message}`);
  return { requests: run.executions.length, assertions, accidents };
}

/** Every request's id with the names of the folders that lead to it. */
function pathsOf(items: readonly Item[], above = ''): readonly (readonly [id: string, path: string])[] {
  return items.flatMap(({ id, name, item }) =>
    item === undefined ? [[id, `${above}${name}`] as const] : pathsOf(item, `${above}${name} / `),
  );
}
