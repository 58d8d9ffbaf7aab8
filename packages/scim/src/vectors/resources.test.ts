import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import { searchDocument } from '../resource/fold.ts';
import type { JsonObject, Member } from '../resource/resource.ts';
import { validateResource } from '../resource/validate.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';

/** A body of a POST, and what it becomes. */
interface ResourceVector {
  readonly about: string;
  readonly type: 'User' | 'Group';
  readonly input: JsonObject;
  readonly resource: JsonObject;
  readonly members?: readonly Member[];
  readonly search: JsonObject;
  /** Tolerances that the body needs, in order of their names. */
  readonly quirks?: readonly Quirk[];
}

const TYPES = { User: USER_TYPE, Group: GROUP_TYPE };
const FILES = readdirSync(import.meta.dirname).filter((name) =>
  /^(rfc7643-8\.[1-4]-|entra-create-).*\.json$/.test(name),
);

test('the vectors of RFC 7643 8.1 to 8.4 and of Entra are there', () => {
  assert.equal(FILES.length, 6);
});

for (const file of FILES) {
  const vector = JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')) as ResourceVector;
  test(`${file}: ${vector.about}`, () => {
    const type = TYPES[vector.type];
    const used = new Set<Quirk>();
    const quirks = { allowed: ALL_QUIRKS, report: (quirk: Quirk) => void used.add(quirk) };
    const validated = validateResource(vector.input, type, { quirks, unknownAttributes: 'refuse' });
    assert.deepEqual(validated.resource, vector.resource);
    assert.deepEqual(validated.members, vector.members);
    assert.deepEqual([...used].sort(), vector.quirks ?? []);
    assert.deepEqual(searchDocument(validated.resource, type), vector.search);
  });
}
