import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../resource/resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import { USER_TYPE } from '../schema/core-types.ts';
import { defineAttribute, defineSchema } from '../schema/define.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { runPatch } from '../testing/patch-run.ts';

describe('attributes that never change once they have a value', () => {
  const attribute = (name: string, definition: Partial<Attribute> = {}) => defineAttribute(name, 'A test.', definition);
  const badge = attribute('badge', {
    subAttributes: [attribute('number', { mutability: 'immutable' }), attribute('colour')],
  });
  const keys = attribute('keys', {
    multiValued: true,
    subAttributes: [attribute('value', { mutability: 'immutable' }), attribute('room')],
  });
  const type: ResourceType = {
    ...USER_TYPE,
    schema: defineSchema({
      id: 'urn:example:test:1.0:Thing',
      name: 'Thing',
      description: 'A test.',
      attributes: [
        attribute('serial', { mutability: 'immutable' }),
        attribute('tags', { multiValued: true }),
        badge,
        keys,
      ],
    }),
    schemaExtensions: [],
  };
  const thing: JsonObject = { serial: '1', badge: { number: '7', colour: 'red' }, keys: [{ value: 'k1', room: 'a' }] };
  const patch = (operation: JsonObject, before = thing) =>
    runPatch({ before, operations: [operation], type }).result.resource;

  test('the same value is no change', () => {
    assert.equal(patch({ op: 'replace', path: 'serial', value: '1' }).serial, '1');
  });

  test('the first value is taken', () => {
    assert.equal(patch({ op: 'add', path: 'serial', value: '2' }, {}).serial, '2');
    assert.deepEqual(patch({ op: 'add', path: 'badge.number', value: '8' }, {}).badge, { number: '8' });
  });

  test('a whole element with one may go', () => {
    assert.equal(patch({ op: 'remove', path: 'keys[value eq "k1"]' }).keys, undefined);
  });

  test('what lies beside one may change', () => {
    assert.deepEqual(patch({ op: 'replace', path: 'badge.colour', value: 'blue' }).badge, {
      number: '7',
      colour: 'blue',
    });
    assert.deepEqual(patch({ op: 'replace', path: 'keys[value eq "k1"].room', value: 'b' }).keys, [
      { value: 'k1', room: 'b' },
    ]);
  });

  const refusals: JsonObject[] = [
    { op: 'replace', path: 'serial', value: '2' },
    { op: 'remove', path: 'serial' },
    { op: 'replace', value: { serial: '2' } },
    { op: 'replace', path: 'badge.number', value: '8' },
    { op: 'replace', path: 'badge', value: { number: '8' } },
    { op: 'remove', path: 'badge.number' },
    { op: 'replace', path: 'keys[value eq "k1"].value', value: 'k2' },
    { op: 'remove', path: 'keys.value' },
  ];
  for (const operation of refusals) {
    test(`${JSON.stringify(operation)} is mutability`, () => {
      assert.throws(() => patch(operation), { scimType: 'mutability' });
    });
  }

  test('a list of simple values: add, add again, remove one by its value', () => {
    assert.deepEqual(patch({ op: 'add', path: 'tags', value: ['a', 'b'] }, { tags: ['A'] }).tags, ['a', 'b']);
    assert.deepEqual(patch({ op: 'remove', path: 'tags', value: ['B'] }, { tags: ['a', 'b'] }).tags, ['a']);
    assert.deepEqual(patch({ op: 'remove', path: 'tags', value: [] }, { tags: ['a', 'b'] }).tags, ['a', 'b']);
  });
});
