import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const EXAMPLE = /```js\n(.*?)```/gs;
const SHOWN_RESULT = /^(.+); \/\/ => (.+)$/gm;
const ASSERT = "import assert from 'node:assert/strict';\n";

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(EXAMPLE)].map((match) => match[1] ?? '');

/** An example as a module that compares each result with the one shown behind it. */
function toModule(example: string): string {
  const index = new URL('index.ts', import.meta.url).href;
  const code = example
    .replaceAll("'@rollcall/expressions'", JSON.stringify(index))
    .replace(
      SHOWN_RESULT,
      (_line, expression: string, result: string) => `assert.deepEqual(${expression}, ${result});`,
    );
  return `data:text/javascript,${encodeURIComponent(ASSERT + code)}`;
}

test('the README has examples, each with a result', () => {
  assert.ok(examples.length >= 5);
  for (const example of examples) assert.match(example, new RegExp(SHOWN_RESULT.source, 'm'));
});

for (const [index, example] of examples.entries()) {
  test(`example ${index + 1} of the README yields what it shows`, async () => {
    await import(toModule(example));
  });
}
