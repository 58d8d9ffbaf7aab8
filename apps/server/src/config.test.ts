import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, type Environment, readConfig, VARIABLES } from './config.ts';

const MASTER_KEY = 'MDEyMzQ1Njc4OWFiY2RlZkFCQ0RFRjAxMjM0NTY3ODk=';

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  return [];
}

test('nothing set is a server for this machine with the embedded database', () => {
  const config = readConfig({});
  assert.deepEqual(
    [config.port, config.host, config.dataFolder, config.databaseUrl, config.role],
    [8400, 'localhost', './data', undefined, 'all'],
  );
  assert.deepEqual([config.bootstrapKey, config.masterKey, config.publicUrl], [undefined, undefined, undefined]);
});

test('an empty variable counts as not set', () => {
  assert.deepEqual(readConfig(Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, '']))), readConfig({}));
});

test('every problem is named at once, with what to do', () => {
  const problems = problemsOf({ PORT: 'http', ROLLCALL_ROLE: 'boss', ROLLCALL_BOOTSTRAP_KEY: 'short' });
  assert.equal(problems.length, 3, problems.join('\n'));
  for (const name of ['PORT', 'ROLLCALL_ROLE', 'ROLLCALL_BOOTSTRAP_KEY']) {
    assert.ok(
      problems.some((problem) => problem.startsWith(`${name}: `)),
      name,
    );
  }
});

const REFUSED: readonly [why: string, environment: Environment, variable: string][] = [
  ['a port that no system has', { PORT: '65536' }, 'PORT'],
  ['a negative port', { PORT: '-1' }, 'PORT'],
  ['a port with a unit', { PORT: '80s' }, 'PORT'],
  ['S18 a bootstrap key that could be guessed', { ROLLCALL_BOOTSTRAP_KEY: 'x'.repeat(31) }, 'ROLLCALL_BOOTSTRAP_KEY'],
  [
    'a bootstrap key that no header carries',
    { ROLLCALL_BOOTSTRAP_KEY: `${'x'.repeat(40)} y` },
    'ROLLCALL_BOOTSTRAP_KEY',
  ],
  ['a master key of another length', { ROLLCALL_MASTER_KEY: 'c2hvcnQ=' }, 'ROLLCALL_MASTER_KEY'],
  ['PostgreSQL without a master key', { DATABASE_URL: 'postgresql://db/x' }, 'ROLLCALL_MASTER_KEY'],
  ['another database', { DATABASE_URL: 'mysql://db/x', ROLLCALL_MASTER_KEY: MASTER_KEY }, 'DATABASE_URL'],
  ['a public URL without a scheme', { ROLLCALL_PUBLIC_URL: 'scim.example.com' }, 'ROLLCALL_PUBLIC_URL'],
  ['a public URL of another scheme', { ROLLCALL_PUBLIC_URL: 'javascript:alert(1)' }, 'ROLLCALL_PUBLIC_URL'],
  ['a public URL with a password', { ROLLCALL_PUBLIC_URL: 'https://a:b@example.com' }, 'ROLLCALL_PUBLIC_URL'],
  ['a proxy that is a name', { ROLLCALL_TRUSTED_PROXIES: '10.0.0.1,proxy' }, 'ROLLCALL_TRUSTED_PROXIES'],
  ['a network with too many bits', { ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/33' }, 'ROLLCALL_TRUSTED_PROXIES'],
  ['a source folder that is relative', { ROLLCALL_SOURCE_FOLDERS: 'sources' }, 'ROLLCALL_SOURCE_FOLDERS'],
  [
    'a page larger than the largest',
    { ROLLCALL_PAGE_SIZE: '200', ROLLCALL_PAGE_SIZE_MAX: '100' },
    'ROLLCALL_PAGE_SIZE',
  ],
];

for (const [why, environment, variable] of REFUSED) {
  test(`${why} is refused`, () => {
    const problems = problemsOf(environment);
    assert.deepEqual(
      problems.map((problem) => problem.split(':')[0]),
      [variable],
      problems.join('\n'),
    );
  });
}

test('P6 no problem repeats what may be a secret', () => {
  const canary = 'canary-4711';
  const problems = problemsOf({
    ROLLCALL_BOOTSTRAP_KEY: canary,
    ROLLCALL_MASTER_KEY: canary,
    DATABASE_URL: `mysql://user:${canary}@db/x`,
    PORT: canary,
    ROLLCALL_ROLE: canary,
  });
  assert.equal(problems.length, 5);
  assert.ok(!problems.join().includes(canary), problems.join('\n'));
});

test('a public URL loses its trailing slash, proxies are a list', () => {
  const config = readConfig({
    ROLLCALL_PUBLIC_URL: 'https://scim.example.com/base/',
    ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
  });
  assert.equal(config.publicUrl, 'https://scim.example.com/base');
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1']);
});

test('sources lie in the data folder, unless an operator lists folders', () => {
  assert.deepEqual(readConfig({ ROLLCALL_DATA: '/var/lib/rollcall' }).sourceFolders, ['/var/lib/rollcall/sources']);
  const folders = ['/srv/hr', '/srv/ad'].join(delimiter);
  assert.deepEqual(readConfig({ ROLLCALL_SOURCE_FOLDERS: folders }).sourceFolders, ['/srv/hr', '/srv/ad']);
});

test('docs/configuration.md has every variable, and no other outside of the part for developers', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
  const [forOperators = ''] = page.split('## For developers');
  const documented = [...forOperators.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(documented.sort(), Object.keys(VARIABLES).sort());
});
