import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { collect } from '../suite/source-suite.ts';
import { openCsvSource } from './csv-source.ts';

let usersFile = '';

before(async () => {
  usersFile = join(await mkdtemp(join(tmpdir(), 'rollcall-csv-fuzz-')), 'users.csv');
});
after(() => rm(join(usersFile, '..'), { recursive: true }));

async function read() {
  const sourceRead = openCsvSource({ usersFile, encoding: 'auto' }).readAll({ pageSize: 3 });
  const pages = await collect(sourceRead.pages);
  return {
    objects: pages.flatMap((page) => page.objects),
    refused: pages.flatMap((page) => page.refused),
    completeness: sourceRead.completeness(),
  };
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
const value = text.filter((cell) => !/^(="|#[A-Z/0-9]+[!?A]$)/.test(cell));
const layout = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
  mark: fc.constantFrom('', '\ufeff'),
});

test('what is written in any layout is read back to the letter', async () => {
  const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(rows, layout, async (cells, { separator, lineBreak, mark }) => {
      const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
      const lines = cells.map(([one, other], index) =>
        [`u${index}`, `u${index}@example.com`, quoted(one), quoted(other)].join(separator),
      );
      const header = ['id', 'userPrincipalName', 'one', 'other'].join(separator);
      await writeFile(usersFile, mark + [header, ...lines, ''].join(lineBreak));
      const { objects, completeness } = await read();
      assert.ok(completeness.complete);
      assert.deepEqual(
        objects.map(({ attributes }) => [attributes.one ?? '', attributes.other ?? '']),
        cells,
      );
    }),
    { numRuns: 150 },
  );
});

test('P7 a file cut at any byte inside a row is never a complete read', async () => {
  const whole = Buffer.from('id,userPrincipalName,city\nu1,zoë@example.com,"Łódź\nx"\nu2,b@example.com,Lagos\n');
  const rowEnds = new Set([whole.indexOf('\nu2') + 1, whole.length]);
  for (let end = 0; end < whole.length; end += 1) {
    await writeFile(usersFile, whole.subarray(0, end));
    const { completeness } = await read();
    assert.equal(completeness.complete, rowEnds.has(end), `cut at byte ${end}`);
  }
});

test('P14 any bytes give an answer, and one that is complete has an object or a refusal for every row', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: fc.constantFrom(...'id,userPrincipalName\n\r";\t|=u1é\0'), maxLength: 400 }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const body = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
      await writeFile(usersFile, Buffer.concat([Buffer.from('id,userPrincipalName\n'), body, Buffer.from('\n')]));
      const { objects, refused, completeness } = await read();
      if (!completeness.complete) return;
      const rows = Number(/(\d+) rows/.exec(completeness.evidence)?.[1]);
      assert.equal(objects.length + refused.length, rows);
    }),
    { numRuns: 200 },
  );
});
