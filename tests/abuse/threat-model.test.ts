import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = dirname(dirname(import.meta.dirname));
const page = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');

/** Rows that must each have a section with its proof. */
const ROWS = [...Array.from({ length: 23 }, (_, index) => `S${index + 1}`), 'P3', 'P4', 'P5', 'P6'];

const SECTION = /^### (\w+) .*$/gm;
const PROOF = /^- `([^`]+)`: (.+)$/gm;

interface Section {
  readonly row: string;
  readonly proofs: readonly (readonly [file: string, title: string])[];
}

const sections: readonly Section[] = [...page.matchAll(SECTION)].map((heading) => {
  const start = heading.index + heading[0].length;
  const text = page.slice(start).split(/^##/m, 1)[0] ?? '';
  return { row: heading[1] ?? '', proofs: [...text.matchAll(PROOF)].map(([, file = '', title = '']) => [file, title]) };
});

/** The source as people read it: a quotation mark in a title may be escaped. */
const sourceOf = (file: string): string => readFileSync(join(root, file), 'utf8').replaceAll('\\', '');

test('every row of the service provider and of the platform so far has one section, and nothing else has', () => {
  assert.deepEqual(
    sections.map(({ row }) => row),
    ROWS,
  );
});

for (const { row, proofs } of sections) {
  test(`${row} names at least one test, and each test that it names exists`, () => {
    assert.ok(proofs.length > 0);
    for (const [file, title] of proofs) {
      assert.ok(existsSync(join(root, file)), `${file} does not exist`);
      const words = title.replace(/…$/, '').trimEnd();
      assert.ok(words !== '' && sourceOf(file).includes(words), `${file} has no test "${words}"`);
    }
  });
}

test('every row has a test that carries its id', () => {
  for (const { row, proofs } of sections) {
    const carrying = proofs.filter(([, title]) => title.split(/\s/).includes(row));
    assert.ok(carrying.length > 0, `${row} has no test with its id`);
  }
});
