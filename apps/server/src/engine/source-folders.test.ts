import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SourceError } from '@rollcall/sources';
import { SourceFolders } from './source-folders.ts';

describe('the folders of sources', () => {
  let root: string;
  let folders: SourceFolders;

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-folders-')));
    for (const file of [
      'one/acme/users.csv',
      'one/globex/users.csv',
      'two/acme/late.csv',
      'secret.csv',
      'one/root.csv',
    ]) {
      await mkdir(join(root, file, '..'), { recursive: true });
      await writeFile(join(root, file), 'x\n');
    }
    await symlink(join(root, 'secret.csv'), join(root, 'one/acme/link.csv'));
    await symlink(join(root, 'one/globex'), join(root, 'one/acme/neighbour'));
    await symlink(join(root, 'one/acme/users.csv'), join(root, 'one/acme/alias.csv'));
    folders = new SourceFolders([join(root, 'one'), join(root, 'two')]);
  });
  after(() => rm(root, { recursive: true, force: true }));

  const FOUND: readonly [path: string, file: string][] = [
    ['users.csv', 'one/acme/users.csv'],
    ['./sub/../users.csv', 'one/acme/users.csv'],
    ['late.csv', 'two/acme/late.csv'],
    ['alias.csv', 'one/acme/users.csv'],
    ['not-yet.csv', 'one/acme/not-yet.csv'],
    ['..users.csv', 'one/acme/..users.csv'],
  ];
  for (const [path, file] of FOUND) {
    test(`${path} is ${file}`, async () => assert.equal(await folders.resolve('acme', path), join(root, file)));
  }

  test('an absolute path in the folder is taken', async () => {
    const path = join(root, 'two/acme/late.csv');
    assert.equal(await folders.resolve('acme', path), path);
  });

  const REFUSED = [
    '/etc/passwd',
    '../../secret.csv',
    '../globex/users.csv',
    '../root.csv',
    '.',
    '..',
    '../acme',
    'link.csv',
    'neighbour/users.csv',
    '/etc/no-such-file',
  ];
  for (const path of REFUSED) {
    test(`P5 ${path} is not read for a tenant, and what is there is not told`, async () => {
      await assert.rejects(folders.resolve('acme', path), (error) => {
        assert.ok(error instanceof SourceError);
        assert.match(error.message, /is not a file of this tenant: .*ROLLCALL_SOURCE_FOLDERS/);
        assert.ok(!error.message.includes(root), error.message);
        return true;
      });
    });
  }

  test("P5 a neighbour's absolute path is refused", async () => {
    await assert.rejects(folders.resolve('acme', join(root, 'one/globex/users.csv')), SourceError);
  });
});
