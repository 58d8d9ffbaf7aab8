import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as scim from './index.ts';

const README = readFileSync(`${import.meta.dirname}/../README.md`, 'utf8');
const EXAMPLE =
  /^## (?<title>.+)$|^```ts\nimport \{(?<names>[^}]+)\} from '@rollcall\/scim';\n(?<code>[\s\S]*?)^```$/gm;

function* examples(): Generator<{ title: string; names: readonly string[]; code: string }> {
  let title = '';
  for (const { groups = {} } of README.matchAll(EXAMPLE)) {
    if (groups.title) title = groups.title;
    else yield { title, names: (groups.names ?? '').split(',').map((name) => name.trim()), code: groups.code ?? '' };
  }
}

const found = [...examples()];

test('the README has an example for each part', () => assert.equal(found.length, 5));

for (const { title, names, code } of found) {
  test(`the README's example "${title}" does what it says`, () => {
    const values = names.map((name) => (scim as Record<string, unknown>)[name]);
    for (const [index, value] of values.entries()) assert.ok(value, `${names[index]} is not exported`);
    new Function('assert', ...names, code)(assert, ...values);
  });
}
