import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Source, SourceObject, SourcePage } from '../source.ts';
import { SUITE_DIRECTORY } from './suite-directory.ts';

/** A source that holds the directory it was asked for, and what ends it. */
export interface SourceUnderTest {
  readonly source: Source;
  close(): Promise<void>;
}

/**
 * Runs what every source must hold to. `create` puts the objects where the source reads them.
 * A connector's own test file calls this once, and adds what is particular to it.
 */
export function sourceSuite(
  name: string,
  create: (objects: readonly SourceObject[]) => Promise<SourceUnderTest>,
): void {
  const within = async (use: (source: Source) => Promise<void>) => {
    const underTest = await create(SUITE_DIRECTORY);
    try {
      await use(underTest.source);
    } finally {
      await underTest.close();
    }
  };
  describe(`${name} as a source`, () => {
    test('a read hands every object out once, whole', () => within(handsEverythingOut));
    test('the size of pages changes nothing but their number', () => within(ignoresPageSize));
    test('users come before groups', () => within(usersFirst));
    test('P7 a read is not complete before its last page', () => within(settlesLast));
    test('P7 a read that was left half way stays incomplete', () => within(leftHalfWay));
    test('P7 an aborted read ends with an error and stays incomplete', () => within(aborted));
    test('two reads one after the other give the same', () => within(readsTwice));
    test('attributeNames holds every attribute that objects carry', () => within(namesAttributes));
    test('the connection test of a sound source is ok', () => within(testsOk));
  });
}

async function handsEverythingOut(source: Source): Promise<void> {
  const pages = await readPages(source, 100);
  assert.deepEqual(sorted(objectsOf(pages)), sorted(SUITE_DIRECTORY));
  assert.deepEqual(
    pages.flatMap((page) => page.refused),
    [],
  );
}

async function ignoresPageSize(source: Source): Promise<void> {
  for (const pageSize of [1, 2, 3]) {
    const pages = await readPages(source, pageSize);
    assert.ok(pages.every((page) => page.objects.length <= pageSize));
    assert.deepEqual(sorted(objectsOf(pages)), sorted(SUITE_DIRECTORY));
  }
}

async function usersFirst(source: Source): Promise<void> {
  const types = objectsOf(await readPages(source, 2)).map((object) => object.type);
  assert.deepEqual(
    types,
    [...types].sort((one, other) => (one === other ? 0 : one === 'User' ? -1 : 1)),
  );
}

async function settlesLast(source: Source): Promise<void> {
  const read = source.readAll({ pageSize: 1 });
  assert.equal(read.completeness().complete, false);
  for await (const page of read.pages) {
    assert.ok(page.objects.length <= 1);
    assert.equal(read.completeness().complete, false);
  }
  const completeness = read.completeness();
  assert.ok(completeness.complete);
  assert.notEqual(completeness.evidence, '');
}

async function leftHalfWay(source: Source): Promise<void> {
  const read = source.readAll({ pageSize: 1 });
  for await (const page of read.pages) {
    if (page.objects.length > 0) break;
  }
  assert.equal(read.completeness().complete, false);
}

async function aborted(source: Source): Promise<void> {
  const abort = new AbortController();
  const read = source.readAll({ pageSize: 1, signal: abort.signal });
  await assert.rejects(async () => {
    for await (const _ of read.pages) abort.abort();
  }, /abort/i);
  assert.equal(read.completeness().complete, false);
}

async function readsTwice(source: Source): Promise<void> {
  const [first, second] = [await readPages(source, 3), await readPages(source, 3)];
  assert.deepEqual(second, first);
}

async function namesAttributes(source: Source): Promise<void> {
  for (const type of ['User', 'Group'] as const) {
    const names = await source.attributeNames(type);
    const carried = SUITE_DIRECTORY.filter((object) => object.type === type).flatMap((object) =>
      Object.keys(object.attributes),
    );
    assert.deepEqual(
      carried.filter((name) => !names.includes(name)),
      [],
    );
  }
}

async function testsOk(source: Source): Promise<void> {
  const result = await source.test();
  assert.ok(result.ok);
  assert.notEqual(result.detail, '');
}

/** Reads to the end and asserts that the read was complete. */
export async function readPages(source: Source, pageSize: number): Promise<readonly SourcePage[]> {
  const read = source.readAll({ pageSize });
  const pages = await collect(read.pages);
  assert.deepEqual(read.completeness(), { ...read.completeness(), complete: true });
  return pages;
}

export async function collect(pages: AsyncIterable<SourcePage>): Promise<readonly SourcePage[]> {
  const collected: SourcePage[] = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

export function objectsOf(pages: readonly SourcePage[]): readonly SourceObject[] {
  return pages.flatMap((page) => page.objects);
}

function sorted(objects: readonly SourceObject[]): readonly SourceObject[] {
  return objects.toSorted((one, other) => (`${one.type} ${one.id}` < `${other.type} ${other.id}` ? -1 : 1));
}
