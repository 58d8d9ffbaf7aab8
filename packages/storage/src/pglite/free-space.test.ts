import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatabaseUnavailableError } from '../database-error.ts';
import { FreeSpace } from './free-space.ts';

const FLOOR_BYTES = 128 * 1024 * 1024;

function spaceWith(freeBytes: () => number): FreeSpace {
  return new FreeSpace({ path: '/', floorBytes: FLOOR_BYTES, staleAfterMs: 0, measure: freeBytes });
}

const admit = (space: FreeSpace, text: string): void => space.admit({ text, values: [] });

const STATEMENTS: readonly (readonly [text: string, isWrite: boolean])[] = [
  ['select 1', false],
  ['  SELECT * from person', false],
  ['with a as (select 1) select * from a', false],
  ['begin', false],
  ['commit', false],
  ['rollback', false],
  ['checkpoint', false],
  ['insert into person values (1)', true],
  ['\n  update person set name = $1', true],
  ['delete from person', true],
  ['with a as (insert into person values (1) returning id) select * from a', true],
  ['WITH a AS (DELETE FROM person RETURNING id) SELECT * FROM a', true],
  ['create table a (id integer)', true],
  ['-- a remark\nselect 1', true],
];

describe('P2 free space', () => {
  for (const [text, isWrite] of STATEMENTS) {
    it(`below the floor ${isWrite ? 'refuses' : 'admits'}: ${text.trim()}`, () => {
      const space = spaceWith(() => FLOOR_BYTES - 1);
      if (!isWrite) return admit(space, text);
      assert.throws(
        () => admit(space, text),
        (error: unknown) => {
          assert.ok(error instanceof DatabaseUnavailableError);
          assert.equal(error.code, '53100');
          assert.equal(error.outcomeUnknown, false);
          return true;
        },
      );
    });
  }

  it('at the floor every statement is admitted', () => {
    for (const [text] of STATEMENTS)
      admit(
        spaceWith(() => FLOOR_BYTES),
        text,
      );
  });

  it('writes go on by themselves once there is room again', () => {
    let freeBytes = 0;
    const space = spaceWith(() => freeBytes);
    assert.throws(() => admit(space, 'insert into a values (1)'), DatabaseUnavailableError);
    freeBytes = FLOOR_BYTES;
    admit(space, 'insert into a values (1)');
  });

  it('measures the real disk of a path', () => {
    new FreeSpace({ path: process.cwd(), floorBytes: 0 }).admit({ text: 'insert', values: [] });
    const needsAll = new FreeSpace({ path: process.cwd(), floorBytes: Number.MAX_SAFE_INTEGER });
    assert.throws(() => needsAll.admit({ text: 'insert', values: [] }), /free some space/);
  });
});
