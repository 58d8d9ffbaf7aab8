import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Migration } from '../migration.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { findOrBuildSnapshot, installSnapshot } from './snapshot.ts';

/** A key of its own, so that no real snapshot is touched. */
function uniqueMigration(): Migration {
  return { id: 0, name: 'unique', up: `select '${crypto.randomUUID()}'` };
}

/** Stands in for the database; the snapshot knows nothing of what is in it. */
async function writeFiles(folder: string, text: string): Promise<void> {
  mkdirSync(join(folder, 'base'), { recursive: true });
  writeFileSync(join(folder, 'PG_VERSION'), '18');
  writeFileSync(join(folder, 'base', 'file'), text);
}

describe('snapshot', () => {
  it('is built once, and found afterwards', async () => {
    const migrations = [uniqueMigration()];
    let builds = 0;
    const build = (folder: string): Promise<void> => {
      builds += 1;
      return writeFiles(folder, 'x');
    };
    const snapshot = await findOrBuildSnapshot(migrations, build);
    assert.equal(await findOrBuildSnapshot(migrations, build), snapshot);
    assert.equal(builds, 1);
    await rm(snapshot, { recursive: true });
  });

  it('other migrations are another snapshot', async () => {
    const build = (folder: string): Promise<void> => writeFiles(folder, 'x');
    const first = await findOrBuildSnapshot([uniqueMigration()], build);
    const second = await findOrBuildSnapshot([uniqueMigration()], build);
    assert.notEqual(first, second);
    await Promise.all([first, second].map((path) => rm(path, { recursive: true })));
  });

  it('of builders at once one wins, all get the whole, and nothing is left aside', async () => {
    const migrations = [uniqueMigration()];
    const builders = ['a', 'b', 'c'].map((text) =>
      findOrBuildSnapshot(migrations, (folder) => writeFiles(folder, text)),
    );
    const [snapshot, ...others] = await Promise.all(builders);
    assert.ok(snapshot !== undefined && others.every((other) => other === snapshot));
    assert.match(readFileSync(join(snapshot, 'base', 'file'), 'utf8'), /^[abc]$/);
    const aside = readdirSync(dirname(snapshot)).filter((name) => name.startsWith(`${snapshot.split('/').at(-1)}.`));
    assert.deepEqual(aside, []);
    await rm(snapshot, { recursive: true });
  });

  it('a build that fails leaves nothing, and the next one is tried', async () => {
    const migrations = [uniqueMigration()];
    const failure = new Error('no room');
    const fail = async (folder: string): Promise<void> => {
      await writeFiles(folder, 'half');
      throw failure;
    };
    await assert.rejects(findOrBuildSnapshot(migrations, fail), failure);
    const snapshot = await findOrBuildSnapshot(migrations, (folder) => writeFiles(folder, 'whole'));
    assert.equal(readFileSync(join(snapshot, 'base', 'file'), 'utf8'), 'whole');
    await rm(snapshot, { recursive: true });
  });

  it('an installation that was killed half way is begun anew', async () => {
    await using folder = await tempFolder();
    const source = join(folder.path, 'source');
    const target = join(folder.path, 'target');
    await writeFiles(source, 'whole');
    mkdirSync(`${target}.installing`);
    writeFileSync(join(`${target}.installing`, 'half'), '');
    await installSnapshot(source, target, { durable: true });
    assert.deepEqual(readdirSync(target).sort(), ['PG_VERSION', 'base']);
    assert.equal(existsSync(`${target}.installing`), false);
  });
});
