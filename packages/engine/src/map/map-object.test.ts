import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceValue } from '@rollcall/sources';
import { type CompiledObjectMapping, compileSchema } from './compile-schema.ts';
import { guideSchema } from './guide-schema.ts';
import type { AttributeMapping } from './job-schema.ts';
import { createAttributes, mapObject, toSourceRecord } from './map-object.ts';
import { MappingError } from './target-value.ts';

const CONTEXT = { now: new Date(0), newGuid: () => 'guid', randomBelow: () => 0 };

function mappingOf(...changes: readonly AttributeMapping[]): CompiledObjectMapping {
  const schema = guideSchema();
  const compiled = compileSchema({
    ...schema,
    objectMappings: schema.objectMappings.map((mapping) => ({
      ...mapping,
      attributeMappings: mapping.attributeMappings.map(
        (each) =>
          (mapping.sourceObject === 'User' ? changes.find(({ target }) => target === each.target) : undefined) ?? each,
      ),
    })),
  }).mappings.get('User');
  assert.ok(compiled);
  return compiled;
}

function mapped(
  mapping: CompiledObjectMapping,
  attributes: Readonly<Record<string, SourceValue>>,
  softDeleted = false,
): Record<string, unknown> {
  const record = toSourceRecord({ id: 'id-1', attributes }, softDeleted, mapping.sourceNames);
  const values = mapObject(mapping, record, CONTEXT);
  return Object.fromEntries(mapping.attributes.map(({ target }, index) => [target, values[index]]));
}

test("the guide's mappings give objectId, active from IsSoftDeleted, displayName and userName", () => {
  const attributes = { displayName: 'Ann', userPrincipalName: 'ann@example.com' };
  const expected = { externalId: 'id-1', active: true, displayName: 'Ann', userName: 'ann@example.com' };
  assert.deepEqual(mapped(mappingOf(), attributes), expected);
  assert.deepEqual(mapped(mappingOf(), attributes, true), { ...expected, active: false });
});

test('names of source attributes are found without regard to case', () => {
  assert.equal(mapped(mappingOf(), { DISPLAYNAME: 'Ann' }).displayName, 'Ann');
  const direct = { target: 'displayName', source: { type: 'direct', attribute: 'DisplayName' } } as const;
  assert.equal(mapped(mappingOf(direct), { displayName: 'Ann' }).displayName, 'Ann');
});

test('P13 null clears, and a value that is not told does not', () => {
  assert.equal(mapped(mappingOf(), { displayName: null }).displayName, null);
  assert.equal(mapped(mappingOf(), {}).displayName, undefined);
});

test('P13 an expression clears only when everything it takes is told', () => {
  const expression = {
    target: 'displayName',
    source: { type: 'expression', expression: 'Coalesce([displayName], [mail])' },
  } as const;
  assert.equal(mapped(mappingOf(expression), { displayName: null, mail: null }).displayName, null);
  assert.equal(mapped(mappingOf(expression), { displayName: null }).displayName, undefined);
  assert.equal(mapped(mappingOf(expression), { mail: 'a@b' }).displayName, 'a@b');
});

test('a mapping without a source leaves the target alone', () => {
  assert.equal(
    mapped(mappingOf({ target: 'displayName', source: { type: 'none' } }), { displayName: 'x' }).displayName,
    undefined,
  );
});

test('hostile attribute names are data', () => {
  const attributes = JSON.parse('{"__proto__": "x", "constructor": "y", "displayName": "Ann"}') as Record<
    string,
    string
  >;
  assert.equal(mapped(mappingOf(), attributes).displayName, 'Ann');
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test('a new object gets defaults where there is no value, and is refused without a required one', () => {
  const mapping = mappingOf({ target: 'displayName', source: { type: 'none' }, defaultValue: 'nobody' });
  const record = toSourceRecord({ id: 'id-1', attributes: { userPrincipalName: 'a@b' } }, false, mapping.sourceNames);
  const values = mapObject(mapping, record, CONTEXT);
  assert.deepEqual(createAttributes(mapping, values), {
    externalId: 'id-1',
    active: true,
    displayName: 'nobody',
    userName: 'a@b',
  });
  assert.throws(
    () =>
      createAttributes(
        mapping,
        mapObject(mapping, toSourceRecord({ id: 'x', attributes: {} }, false, mapping.sourceNames), CONTEXT),
      ),
    (error) =>
      error instanceof MappingError && error.code === 'MandatoryFieldsMissing' && /userName/.test(error.message),
  );
});
