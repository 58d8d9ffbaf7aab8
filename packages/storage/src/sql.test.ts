import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { join, raw, sql, statement } from './sql.ts';

describe('sql', () => {
  const VECTORS = [
    ['values become parameters', sql`select ${1} + ${'x'}`, 'select $1 + $2', [1, 'x']],
    [
      'fragments become text',
      sql`select * from ${raw('person')} where ${sql`id = ${7}`}`,
      'select * from person where id = $1',
      [7],
    ],
    ['numbers go on through nested fragments', sql`${1} ${sql`${2} ${sql`${3}`}`} ${4}`, '$1 $2 $3 $4', [1, 2, 3, 4]],
    ['join puts a separator between', sql`a in (${join([sql`${1}`, sql`${2}`], ', ')})`, 'a in ($1, $2)', [1, 2]],
    ['join of one has no separator', join([sql`${1}`], ' and '), '$1', [1]],
    ['join of none is empty', sql`select ${join([], ', ')}`, 'select ', []],
    ['null and undefined are values', sql`select ${null}, ${undefined}`, 'select $1, $2', [null, undefined]],
    ['arrays and objects are values', sql`select ${[1, 2]}, ${{ a: 1 }}`, 'select $1, $2', [[1, 2], { a: 1 }]],
  ] as const;
  for (const [title, fragment, text, values] of VECTORS) {
    it(title, () => assert.deepEqual(statement(fragment), { text, values }));
  }

  it('a name is kept', () => {
    assert.deepEqual(statement(sql`select 1`, 'one'), { text: 'select 1', values: [], name: 'one' });
  });

  it('no value ever becomes text, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (values) => {
        const { text, values: given } = statement(
          join(
            values.map((value) => sql`${value}`),
            ',',
          ),
        );
        assert.equal(text, values.map((_, index) => `$${index + 1}`).join(','));
        assert.deepEqual(given, values);
      }),
    );
  });

  it('an object that looks like a fragment is a value', () => {
    const forged = { strings: ['drop table person'], values: [] };
    assert.deepEqual(statement(sql`select ${forged}`), { text: 'select $1', values: [forged] });
  });
});
