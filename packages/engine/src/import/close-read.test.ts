import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FakeScimTarget } from '@rollcall/simulators';
import type { SourceObject } from '@rollcall/sources';
import { type Database, sql, statement } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { group, openFixture, user } from '../testing/engine-fixture.ts';
import { closeRead, type ReadEnd } from './close-read.ts';
import type { ReadKey } from './read-key.ts';
import { storePage } from './store-page.ts';

const NOW = new Date('2026-01-05T08:00:00Z');

eachDatabase('closing a read', (open) => {
  let database: Database;
  before(async () => {
    database = await open();
  });

  /** A source of its own, and reads of it page by page. */
  const prepared = async () => {
    const target = await FakeScimTarget.start();
    const { tenant, engine, close } = await openFixture(database, target);
    const { id: sourceId } = await engine.createSource({ tenant, name: 's', kind: 'memory', settings: {} });
    await close();
    const at = (readNumber: number): ReadKey => ({ tenant, sourceId, readNumber });
    const store = (key: ReadKey, firstRow: number, ...objects: SourceObject[]): Promise<number> =>
      database.transaction((tx) => storePage(tx, key, { objects, seenOnly: [], firstRow, now: NOW }));
    const end = (key: ReadKey, rows: number, change: Partial<ReadEnd> = {}) =>
      database.transaction((tx) =>
        closeRead(tx, key, {
          completeness: { complete: true, evidence: 'all' },
          rows,
          unidentified: new Set(),
          now: NOW,
          ...change,
        }),
      );
    const gone = async (): Promise<readonly string[]> => {
      const { rows } = await database.query<{ id: string }>(
        statement(sql`
          select id from source_object where tenant = ${tenant} and source_id = ${sourceId} and gone_at is not null
          order by id`),
      );
      return rows.map(({ id }) => id);
    };
    const members = async (): Promise<readonly string[]> => {
      const { rows } = await database.query<{ member: string }>(
        statement(sql`
          select group_id || ':' || member_id as member from source_member
          where tenant = ${tenant} and source_id = ${sourceId} order by 1`),
      );
      return rows.map(({ member }) => member);
    };
    return { at, store, end, gone, members };
  };

  test('P7 what a complete read did not show is gone, and comes back when it is shown again', async () => {
    const { at, store, end, gone } = await prepared();
    await end(at(1), await store(at(1), 0, user('a'), user('b')));
    await end(at(2), await store(at(2), 0, user('a')));
    assert.deepEqual(await gone(), ['b']);
    await end(at(3), await store(at(3), 0, user('a'), user('b')));
    assert.deepEqual(await gone(), []);
  });

  test('P7 an earlier read takes nothing for gone that a later one brought', async () => {
    const { at, store, end, gone } = await prepared();
    const rows = await store(at(1), 0, user('a'));
    await store(at(2), 0, user('late'));
    await end(at(1), rows);
    assert.deepEqual(await gone(), []);
  });

  test('P7 a page that was stored and is missing makes the read incomplete', async () => {
    const { at, store, end, gone } = await prepared();
    await end(at(1), await store(at(1), 0, user('a'), user('b')));
    const rows = await store(at(2), 0, user('a'));
    const completeness = await end(at(2), rows + 1);
    assert.equal(completeness.complete, false);
    assert.deepEqual(await gone(), []);
  });

  test('P7 with an unreadable user nobody of that type is gone, of the other type still', async () => {
    const { at, store, end, gone } = await prepared();
    await end(at(1), await store(at(1), 0, user('a'), user('b'), group('g'), group('h')));
    await end(at(2), await store(at(2), 0, user('a'), group('g')), { unidentified: new Set(['User']) });
    assert.deepEqual(await gone(), ['h']);
  });

  test('members of a group may come in pieces over several pages; those that no piece told are removed', async () => {
    const { at, store, end, members } = await prepared();
    const people = [user('a'), user('b'), user('c')];
    let rows = await store(at(1), 0, ...people, group('g', ['a']));
    rows += await store(at(1), rows, group('g', ['b']));
    await end(at(1), rows);
    assert.deepEqual(await members(), ['g:a', 'g:b']);
    await end(at(2), await store(at(2), 0, ...people, group('g', ['b', 'c'])));
    assert.deepEqual(await members(), ['g:b', 'g:c']);
  });

  test('P7 a group whose members are not told keeps them, and one told to be empty does not', async () => {
    const { at, store, end, members } = await prepared();
    await end(at(1), await store(at(1), 0, user('a'), group('g', ['a']), group('h', ['a'])));
    const { members: _, ...untold } = group('g');
    await end(at(2), await store(at(2), 0, user('a'), untold, group('h', [])));
    assert.deepEqual(await members(), ['g:a']);
  });

  test('P7 an incomplete read removes no member', async () => {
    const { at, store, end, members } = await prepared();
    await end(at(1), await store(at(1), 0, user('a'), group('g', ['a'])));
    await end(at(2), await store(at(2), 0, user('a'), group('g', [])), {
      completeness: { complete: false, reason: 'cut' },
    });
    assert.deepEqual(await members(), ['g:a']);
  });

  test('an unchanged object is not written again', async () => {
    const { at, store, end } = await prepared();
    const versions = async () =>
      (
        await database.query(
          statement(sql`select xmin::text, ctid::text from source_object where id in ('same-1', 'same-2') order by id`),
        )
      ).rows;
    await end(at(1), await store(at(1), 0, user('same-1'), user('same-2')));
    const before = await versions();
    await end(at(2), await store(at(2), 0, user('same-1'), user('same-2')));
    assert.deepEqual(await versions(), before);
  });
});
