import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { readArmedPoint } from './crashpoint.ts';

/** Passes some points in a process of its own, and says what became of it. */
function passPoints(environment: Readonly<Record<string, string>>, points: readonly string[]) {
  const module = JSON.stringify(join(import.meta.dirname, 'crashpoint.ts'));
  const program = `const { crashpoint } = await import(${module});
    for (const point of ${JSON.stringify(points)}) { crashpoint(point); process.stdout.write('.'); }`;
  const options = { encoding: 'utf8', env: { PATH: process.env.PATH, ...environment } } as const;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
}

const POINTS = ['after-validate', 'before-commit', 'after-validate', 'after-validate'];

test('without the variable every point is passed', () => {
  const { status, stdout } = passPoints({}, POINTS);
  assert.deepEqual([status, stdout], [0, '....']);
});

const ENDS: readonly [setting: string, passed: string][] = [
  ['after-validate', ''],
  ['before-commit', '.'],
  ['after-validate:2', '..'],
  ['after-validate:3', '...'],
];

for (const [setting, passed] of ENDS) {
  test(`${setting} ends the process by SIGKILL after ${passed.length} other passages`, () => {
    const { signal, stdout } = passPoints({ ROLLCALL_CRASH_AT: setting }, POINTS);
    assert.deepEqual([signal, stdout], ['SIGKILL', passed]);
  });
}

test('a point that is passed too seldom ends nothing', () => {
  const { status, stdout } = passPoints({ ROLLCALL_CRASH_AT: 'after-validate:4' }, POINTS);
  assert.deepEqual([status, stdout], [0, '....']);
});

test('a production process that would be armed does not start', () => {
  const { status, stderr } = passPoints({ ROLLCALL_CRASH_AT: 'before-commit', NODE_ENV: 'production' }, POINTS);
  assert.equal(status, 1);
  assert.match(stderr, /NODE_ENV=production, unset it/);
});

for (const setting of ['nowhere', 'before-commit:0', 'before-commit:', 'before-commit:x', ' before-commit']) {
  test(`ROLLCALL_CRASH_AT=${JSON.stringify(setting)} is refused`, () => {
    assert.throws(
      () => readArmedPoint({ ROLLCALL_CRASH_AT: setting }),
      /give name or name:nth, of migration-statement/,
    );
  });
}

test('an empty variable counts as not set', () => {
  assert.equal(readArmedPoint({ ROLLCALL_CRASH_AT: '' }), undefined);
});
