/**
 * Plants one breach of the floors at a time in a copy of the house and asks the linter for it.
 *
 * Without this test, a pattern that matches nothing looks like a house in order: one import checker passed
 * every TypeScript file of a project because it had read none.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = dirname(import.meta.dirname);
const house = mkdtempSync(join(tmpdir(), 'rollcall-floors-'));
after(() => rmSync(house, { recursive: true }));

for (const file of ['biome.json', 'package.json', ...globSync('{packages,apps}/*/package.json', { cwd: root })]) {
  cpSync(join(root, file), join(house, file));
}
mkdirSync(join(house, 'node_modules'));

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string };
}

function lint(): Promise<readonly Diagnostic[]> {
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const args = ['lint', '--reporter=json', '--max-diagnostics=200', '.'];
  return new Promise((done, fail) => {
    execFile(biome, args, { cwd: house }, (_, stdout, stderr) => {
      // The exit code tells that something was found; what it was stands in the report.
      if (!stdout.startsWith('{')) return fail(new Error(`biome gave no report: ${stderr}`));
      return done(JSON.parse(stdout).diagnostics);
    });
  });
}

async function findingsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  }
  try {
    const diagnostics = await lint();
    const names = diagnostics
      .filter(({ location }) => location.path.replaceAll('\\', '/') in files)
      .map(({ category }) => category.replace(/^lint\/\w+\//, ''));
    return [...new Set(names)];
  } finally {
    for (const file of Object.keys(files)) rmSync(join(house, file));
  }
}

const importing = (name: string): string => `import * as other from '${name}';\nexport const kept = other;\n`;

type Breach = readonly [file: string, imported: string, rule: string];

const BREACHES: readonly Breach[] = [
  ['packages/scim/src/clock.ts', 'node:fs', 'noRestrictedImports'],
  ['packages/scim/src/clock.ts', '@rollcall/storage', 'noRestrictedImports'],
  ['packages/expressions/src/parse.ts', '@rollcall/scim', 'noRestrictedImports'],
  ['packages/storage/src/postgres.ts', '@rollcall/service', 'noRestrictedImports'],
  ['packages/storage/src/postgres.test.ts', '@rollcall/engine', 'noRestrictedImports'],
  ['packages/service/src/store.ts', '@rollcall/engine', 'noRestrictedImports'],
  ['packages/service/src/store.ts', '@rollcall/targets', 'noRestrictedImports'],
  ['packages/sources/src/csv.ts', '@rollcall/targets', 'noRestrictedImports'],
  ['packages/targets/src/client.ts', '@rollcall/simulators', 'noRestrictedImports'],
  ['packages/engine/src/cycle.ts', '@rollcall/server', 'noRestrictedImports'],
  ['packages/engine/src/cycle/cycle.ts', '../../../storage/src/sql.ts', 'noRestrictedImports'],
  ['packages/engine/src/cycle.ts', '@rollcall/storage/src/sql.ts', 'noRestrictedImports'],
  ['packages/simulators/src/entra.ts', '@rollcall/targets', 'noRestrictedImports'],
  ['apps/server/src/main.ts', '@rollcall/cli', 'noRestrictedImports'],
  ['apps/cli/src/export.ts', '@rollcall/storage', 'noRestrictedImports'],
  ['packages/targets/src/client.ts', 'pg', 'noUndeclaredDependencies'],
];

for (const [file, imported, rule] of BREACHES) {
  test(`${file} may not import ${imported}`, async () => {
    assert.ok((await findingsOf({ [file]: importing(imported) })).includes(rule));
  });
}

const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['packages/scim/src/path/parse.ts', '../error.ts'],
  ['packages/scim/src/path/parse.test.ts', 'node:test'],
  ['packages/service/src/store.ts', '@rollcall/storage'],
  ['packages/engine/src/cycle.ts', '@rollcall/targets'],
  ['packages/targets/src/client.test.ts', '@rollcall/simulators'],
  ['apps/server/src/main.ts', '@rollcall/engine'],
  ['apps/cli/src/serve.ts', '@rollcall/server'],
];

for (const [file, imported] of ALLOWED) {
  test(`${file} may import ${imported}`, async () => {
    assert.deepEqual(await findingsOf({ [file]: importing(imported) }), []);
  });
}

test('two files of one package may not import each other', async () => {
  const findings = await findingsOf({
    'packages/engine/src/plan.ts': importing('./guard.ts'),
    'packages/engine/src/guard.ts': importing('./plan.ts'),
  });
  assert.deepEqual(findings, ['noImportCycles']);
});
