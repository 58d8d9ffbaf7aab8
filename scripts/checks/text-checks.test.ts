import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationPage } from './configuration-page.ts';
import { exactVersions } from './exact-versions.ts';
import { lockFile } from './lock-file.ts';
import { machinePaths } from './machine-paths.ts';
import { sqlCase } from './sql-case.ts';
import type { TextCheck } from './text-check.ts';

interface Case {
  readonly check: TextCheck;
  readonly file: string;
  readonly text: string;
  readonly lines: readonly (number | undefined)[];
}

const lock = (entry: object): string => JSON.stringify({ packages: { '': {}, 'node_modules/x': entry } });

const CASES: Readonly<Record<string, Case>> = {
  'S11 lower() on a column': {
    check: sqlCase,
    file: 'packages/service/src/find.ts',
    text: 'sql`select 1\n where lower(user_name) = $1`',
    lines: [2],
  },
  'S11 ILIKE and citext': {
    check: sqlCase,
    file: 'packages/storage/src/migrations/0001.sql',
    text: 'a citext,\nwhere a ILIKE b or UPPER( a ) = b',
    lines: [1, 2, 2],
  },
  'lower-casing in JavaScript, and talk of lower()': {
    check: sqlCase,
    file: 'packages/scim/src/fold.ts',
    text: 'text.toLowerCase() // never lower() in SQL\nToLower("A"); unlike(x)',
    lines: [],
  },
  'a lock entry with a checksum': {
    check: lockFile,
    file: 'package-lock.json',
    text: lock({ integrity: 'sha512-x' }),
    lines: [],
  },
  'a lock entry that is a workspace': {
    check: lockFile,
    file: 'package-lock.json',
    text: lock({ resolved: 'packages/x', link: true }),
    lines: [],
  },
  'a lock entry with an address': {
    check: lockFile,
    file: 'tests/outside/package-lock.json',
    text: lock({ integrity: 'sha512-x', resolved: 'https://packages.example/x.tgz' }),
    lines: [undefined],
  },
  'P5 a lock entry without a checksum': {
    check: lockFile,
    file: 'package-lock.json',
    text: lock({}),
    lines: [undefined],
  },
  'P5 a lock entry with an install script': {
    check: lockFile,
    file: 'package-lock.json',
    text: lock({ integrity: 'sha512-x', hasInstallScript: true }),
    lines: [undefined],
  },
  'a registry in .npmrc': { check: lockFile, file: '.npmrc', text: 'fund=false\nregistry=somewhere', lines: [2] },
  'an index in requirements.txt': {
    check: lockFile,
    file: 'tests/outside/requirements.txt',
    text: '--index-url somewhere\nx==1\n# https://example.com is a comment',
    lines: [1],
  },
  'exact versions': {
    check: exactVersions,
    file: 'package.json',
    text: '{"dependencies":{"a":"1.2.3","b":"1.2.3-beta.1"},"engines":{"node":">=24.7"}}',
    lines: [],
  },
  'ranges, tags and stars': {
    check: exactVersions,
    file: 'packages/x/package.json',
    text: '{"dependencies":{"a":"^1.2.3","b":"latest"},"devDependencies":{"c":"*"}}',
    lines: [undefined, undefined, undefined],
  },
  'loose Python requirements': {
    check: exactVersions,
    file: 'x/requirements.txt',
    text: 'a[b]==1.2\nc>=1\n\n# d',
    lines: [2],
  },
  "a folder in someone's home": {
    check: machinePaths,
    file: 'README.md',
    text: `cd ${'/home'}/ann/rollcall`,
    lines: [1],
  },
  'this checkout': { check: machinePaths, file: 'README.md', text: `\nin ${process.cwd()}`, lines: [2] },
  'a variable that the page explains': {
    check: configurationPage,
    file: 'apps/server/src/config.ts',
    text: 'ROLLCALL_DATA and `ROLLCALL_SUITES`',
    lines: [],
  },
  'a variable that nothing explains': {
    check: configurationPage,
    file: 'apps/server/src/config.ts',
    text: `env.${'ROLLCALL'}_SECRET_SWITCH`,
    lines: [undefined],
  },
  'paths of URLs': {
    check: machinePaths,
    file: 'README.md',
    text: 'GET /scim/v2/acme/Users, emails/work/value, /v1/home/x',
    lines: [],
  },
};

for (const [title, { check, file, text, lines }] of Object.entries(CASES)) {
  test(`${check.name}: ${title}`, () => {
    assert.ok(check.appliesTo(file));
    assert.deepEqual(
      check.find(file, text).map((finding) => finding.line),
      lines,
    );
  });
}
