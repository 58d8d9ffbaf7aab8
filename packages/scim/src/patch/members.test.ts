import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printFilter } from '../filter/print.ts';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { GROUP_TYPE } from '../schema/core-types.ts';
import { runPatch } from '../testing/patch-run.ts';

describe('members', () => {
  const group: JsonObject = { displayName: 'G' };
  const membersOf = (operations: Json, quirks: Iterable<Quirk> = ALL_QUIRKS) =>
    runPatch({ before: group, operations, type: GROUP_TYPE, quirks }).result.members;

  test('a filter on more than ids is left to whoever has the members', () => {
    const [delta, ...rest] = membersOf([{ op: 'remove', path: 'members[type eq "Group" and value ne "x"]' }]);
    assert.equal(
      delta?.kind === 'removeWhere' && printFilter(delta.filter),
      'members.type eq "group" and not (members.value eq "x")',
    );
    assert.deepEqual(rest, []);
  });

  test('10,000 members in one operation', () => {
    const value = Array.from({ length: 10_000 }, (_, index) => ({ value: `u${index}` }));
    const [delta] = membersOf([{ op: 'add', path: 'members', value }]);
    assert.equal(delta?.kind === 'add' && delta.members.length, 10_000);
  });

  test('a member who is given twice counts as given first', () => {
    const deltas = membersOf([
      { op: 'add', path: 'members', value: [{ value: 'x', type: 'Group' }] },
      { op: 'add', path: 'members', value: [{ value: 'x' }, { value: 'y' }] },
    ]);
    assert.deepEqual(deltas, [{ kind: 'add', members: [{ value: 'x', type: 'Group' }, { value: 'y' }] }]);
  });

  const refusals: [name: string, operation: JsonObject, scimType: string][] = [
    ['a member without an id', { op: 'add', path: 'members', value: [{ display: 'x' }] }, 'invalidValue'],
    ['an empty id', { op: 'add', path: 'members', value: [{ value: '' }] }, 'invalidValue'],
    ['an id that is no string', { op: 'add', path: 'members', value: [{ value: 5 }] }, 'invalidValue'],
    ['a removal of what has no id', { op: 'remove', path: 'members', value: [{ type: 'User' }] }, 'invalidValue'],
    ['a sub-attribute of all', { op: 'remove', path: 'members.value' }, 'mutability'],
    ['a sub-attribute of one', { op: 'replace', path: 'members[value eq "x"].value', value: 'y' }, 'mutability'],
    [
      'a member in another one’s place',
      { op: 'replace', path: 'members[value eq "x"]', value: { value: 'y' } },
      'mutability',
    ],
    ['a sub-attribute’s removal', { op: 'remove', path: 'members[value eq "x"].type' }, 'mutability'],
    ['an unknown sub-attribute in the filter', { op: 'remove', path: 'members[id eq "x"]' }, 'invalidPath'],
    ['a number', { op: 'add', path: 'members', value: 5 }, 'invalidValue'],
  ];
  for (const [name, operation, scimType] of refusals) {
    test(`${name} is ${scimType}`, () => {
      assert.throws(() => membersOf([operation]), { scimType });
    });
  }

  const intolerant: [name: string, operation: JsonObject][] = [
    ['remove with values would empty the group', { op: 'remove', path: 'members', value: [{ value: 'x' }] }],
    ['a single object', { op: 'add', path: 'members', value: { value: 'x' } }],
    ['bare ids', { op: 'add', path: 'members', value: ['x'] }],
    ['null without a path', { op: 'replace', value: { members: null } }],
  ];
  for (const [name, operation] of intolerant) {
    test(`without its tolerance: ${name} is invalidValue`, () => {
      assert.throws(() => membersOf([operation], []), { scimType: 'invalidValue' });
    });
  }
});
