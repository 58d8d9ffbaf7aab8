import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceError } from '../source.ts';
import { collect, objectsOf, readPages, sourceSuite } from '../suite/source-suite.ts';
import { SUITE_DIRECTORY } from '../suite/suite-directory.ts';
import { openMemorySource } from './memory-source.ts';

sourceSuite('memory', async (objects) => ({
  source: openMemorySource({ objects }),
  close: () => Promise.resolve(),
}));

test('a read that is told to be incomplete hands everything out and says so', async () => {
  const read = openMemorySource({ objects: SUITE_DIRECTORY, incompleteBecause: 'token expired' }).readAll({
    pageSize: 2,
  });
  assert.equal(objectsOf(await collect(read.pages)).length, SUITE_DIRECTORY.length);
  assert.deepEqual(read.completeness(), { complete: false, reason: 'token expired' });
});

for (const failsAfterPages of [0, 1, 2, 99]) {
  test(`a read that fails after ${failsAfterPages} pages throws, and is incomplete`, async () => {
    const read = openMemorySource({ objects: SUITE_DIRECTORY, failsAfterPages }).readAll({ pageSize: 2 });
    let pages = 0;
    await assert.rejects(async () => {
      for await (const page of read.pages) pages += page.objects.length > 0 ? 1 : 0;
    }, SourceError);
    assert.equal(pages, Math.min(failsAfterPages, 4));
    assert.equal(read.completeness().complete, false);
  });
}

test('repeated objects come twice, refused ones and empty pages come too', async () => {
  const repeated = SUITE_DIRECTORY[0]!;
  const refused = [{ type: 'User', id: 'x', reason: 'told so' }] as const;
  const source = openMemorySource({
    objects: SUITE_DIRECTORY,
    repeatedIds: [repeated.id],
    refused,
    emptyPages: true,
  });
  const pages = await readPages(source, 3);
  assert.equal(objectsOf(pages).filter((object) => object.id === repeated.id).length, 2);
  assert.deepEqual(
    pages.flatMap((page) => page.refused),
    refused,
  );
  assert.ok(pages.some((page) => page.objects.length === 0 && page.refused.length === 0));
});

test('a read keeps the directory that it began with', async () => {
  const source = openMemorySource({ objects: SUITE_DIRECTORY });
  const read = source.readAll({ pageSize: 1 });
  source.set({ objects: [] });
  assert.equal(objectsOf(await collect(read.pages)).length, SUITE_DIRECTORY.length);
  assert.equal((await readPages(source, 1)).length, 0);
});
