import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDisplayText } from './display-text.ts';
import { Refusal } from './refusal.ts';

const TAKEN: readonly [given: string, kept: string][] = [
  ['Acme', 'Acme'],
  ['  Acme Inc. ', 'Acme Inc.'],
  ['Ärzte für Ümläute 東京 👩‍⚕️'.replace('\u200d', ''), 'Ärzte für Ümläute 東京 👩⚕️'],
  ["O'Brien \\ <b>&amp;", "O'Brien \\ <b>&amp;"],
  ['x'.repeat(200), 'x'.repeat(200)],
];

for (const [given, kept] of TAKEN) {
  test(`${JSON.stringify(given.slice(0, 40))} is a name`, () => assert.equal(checkDisplayText(given, 'name'), kept));
}

const REFUSED = ['', '   ', 'x'.repeat(201), 'a\u0000b', 'a\nb', 'a\u202eb', 'a\u200bb', '\ud800'];

for (const given of REFUSED) {
  test(`S12 ${JSON.stringify(given.slice(0, 20))} is no name`, () => {
    assert.throws(
      () => checkDisplayText(given, 'name'),
      (error) => error instanceof Refusal && error.code === 'invalid-value' && error.field === 'name',
    );
  });
}
