import assert from 'node:assert/strict';
import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SourceError } from '../source.ts';
import type { CsvSourceOptions } from './csv-settings.ts';
import { openCsvSource } from './csv-source.ts';
import { CsvFolder, readCsv, reasonOf } from './testing/csv-folder.ts';

const csv = new CsvFolder();

describe('a fault of one row refuses that row, by line and id', () => {
  const header = 'objectId,userPrincipalName,employeeId,manager,accountEnabled';
  const good = 'u0,"a\nb@example.com",1,,True';
  const cases: readonly [string, string, string | undefined, RegExp][] = [
    ['no status', 'u1,x@example.com,1,,', 'u1', /:4: accountEnabled is empty/],
    ['a bad status', 'u1,x@example.com,1,,maybe', 'u1', /:4: accountEnabled is "maybe"/],
    ['no userPrincipalName', 'u1,,1,,True', 'u1', /:4: userPrincipalName is empty/],
    ['a blank userPrincipalName', 'u1,"  ",1,,True', 'u1', /:4: userPrincipalName is empty/],
    ['a spreadsheet formula', 'u1,x@example.com,"=""0012""",,True', 'u1', /:4: employeeId is the spreadsheet formula/],
    ['a spreadsheet error', 'u1,x@example.com,#N/A,,True', 'u1', /:4: employeeId is the spreadsheet error #N\/A/],
    ['a rounded manager', 'u1,x@example.com,1,1.23457E+11,True', 'u1', /:4: manager is "1.23457E\+11".*rounded/],
    ['a NUL', 'u1,x@example.com,a\0b,,True', 'u1', /:4: employeeId holds a NUL/],
    ['a value that is too long', `u1,x@example.com,${'x'.repeat(70_000)},,True`, 'u1', /:4: employeeId has 70000/],
    ['no id', ',x@example.com,1,,True', undefined, /:4: objectId is empty/],
    ['an id in spreadsheet form', '"=""0012""",x@example.com,1,,True', undefined, /:4: objectId is the spreadsheet/],
    ['a rounded id', '1.23457E+11,x@example.com,1,,True', undefined, /:4: objectId .* a spreadsheet has rounded/],
    ['an id with outer blanks', '" u1",x@example.com,1,,True', undefined, /:4: objectId is " u1", which is no id/],
  ];
  for (const [title, row, id, reason] of cases) {
    test(title, async () => {
      const { objects, refused, completeness } = await csv.readUsers(`${header}\n${good}\n${row}\n`);
      assert.deepEqual(
        objects.map((object) => object.id),
        ['u0'],
      );
      assert.equal(refused.length, 1);
      assert.equal(refused[0]?.id, id);
      assert.match(refused[0]?.reason ?? '', reason);
      assert.equal(completeness.complete, id !== undefined, 'P7 a row of unknown owner leaves the read incomplete');
    });
  }

  test('a long value is not repeated in the message', async () => {
    const { refused } = await csv.readUsers(`${header}\nu1,x@example.com,1,,${'z'.repeat(5000)}\n`);
    assert.ok((refused[0]?.reason.length ?? 0) < 200);
  });
});

describe('P7 a fault of the file yields nothing and leaves the read incomplete', () => {
  const header = 'objectId,userPrincipalName,city\nu1,a@example.com,"Lagos\r\nIkeja"\n';
  const cases: readonly [string, string | Buffer, RegExp, Partial<CsvSourceOptions>?][] = [
    ['no bytes', '', /users\.csv: the file has no rows and no header/],
    ['a header only', 'objectId,userPrincipalName\n', /users\.csv: the file has no rows/],
    ['duplicate keys', `${header}u2,b@example.com,\nu1,c@example.com,\n`, /:5: the objectId "u1" .* line 2 already/],
    ['too few columns', `${header}u2,b@example.com\n`, /:4: the row has 2 columns, the header has 3/],
    ['too many columns', `${header}u2,b@example.com,Lagos,Ikeja\n`, /:4: the row has 4 columns/],
    ['a cut last line', `${header}u2,b@example.com,La`, /the last line does not end with a line break/],
    ['an unclosed quotation mark', `${header}u2,b@example.com,"La\nu3,c@example.com,x\n`, /:4: a quotation mark that/],
    ['a quotation mark inside a value', `${header}u2,b@example.com,="0012"\n`, /:4: a quotation mark stands inside/],
    ['a row longer than allowed', `${header}u2,b@example.com,"${'x\n'.repeat(600_000)}"\n`, /:4: the row is longer/],
    ['duplicate headers', 'objectId,userPrincipalName,City,city\nu1,a,b,c\n', /:1: columns 3 and 4 are both named/],
    ['both id headers', 'objectId,id,userPrincipalName\nu1,u1,a\n', /:1: .*"objectId" and "id" both give objectId/],
    ['a header without a name', 'objectId,,userPrincipalName\nu1,x,a\n', /:1: column 2 has no usable name/],
    ['a header __proto__', 'objectId,__proto__,userPrincipalName\nu1,x,a\n', /:1: column 2 has no usable name/],
    ['no id column', 'mail,userPrincipalName\nu1,a\n', /:1: the column objectId \(or id\) is missing/],
    ['no userPrincipalName column', 'objectId,mail\nu1,a\n', /:1: the column userPrincipalName is missing/],
    [
      'another separator',
      'objectId;userPrincipalName\nu1;a\n',
      /separator ,.*"objectId;userPrincipalName"/,
      { separator: ',' },
    ],
    ['invalid UTF-8', Buffer.from('objectId,userPrincipalName\nu1,a\nu2,zo\xeb\n', 'latin1'), /:3: .*not valid UTF-8/],
    ['UTF-8 cut at the end', Buffer.from('objectId,userPrincipalName\nu1,zo\xc3', 'latin1'), /:2: .*not valid UTF-8/],
    [
      'a mark and other bytes',
      Buffer.from('\xef\xbb\xbfid,userPrincipalName\nu1,\xeb\n', 'latin1'),
      /:2: /,
      { encoding: 'auto' },
    ],
    [
      'no Windows-1252',
      Buffer.from('id,userPrincipalName\nu1,\x81\n', 'latin1'),
      /:2: byte 0x81/,
      { encoding: 'auto' },
    ],
    ['UTF-16', Buffer.from('\ufeffid,userPrincipalName\nu1,a\n', 'utf16le'), /:1: the file is encoded in UTF-16/],
    ['a workbook', Buffer.from('PK\x03\x04rest', 'latin1'), /spreadsheet workbook/],
    [
      'two headers for one attribute',
      'id,userPrincipalName,x,y\nu1,a,b,c\n',
      /"x" and "y" both give mail/,
      { columns: { x: 'mail', y: 'mail' } },
    ],
    [
      'a mapped header that is not there',
      'id,userPrincipalName\nu1,a\n',
      /maps the header "Ort", which is not there/,
      { columns: { Ort: 'city' } },
    ],
  ];
  for (const [title, content, reason, options] of cases) {
    test(title, async () => {
      const { objects, refused, completeness } = await csv.readUsers(content, options);
      assert.deepEqual([objects, refused], [[], []]);
      assert.ok(!completeness.complete);
      assert.match(completeness.reason, reason);
      assert.match(completeness.reason, /\. [A-Z]/, 'the reason ends with advice');
      const source = openCsvSource({ usersFile: await csv.fileOf(content), ...options });
      const tested = await source.test();
      assert.ok(!tested.ok);
      assert.match(tested.detail, reason);
      assert.notEqual(tested.advice, '');
      await assert.rejects(source.attributeNames('User'), SourceError);
    });
  }

  test('a fault in the groups file keeps the users back too', async () => {
    const { objects, completeness } = await csv.readGroups('objectId,displayName\ng1,A\ng1,B\n');
    assert.deepEqual(objects, []);
    assert.match(reasonOf(completeness), /groups\.csv:3/);
  });

  test('a file that is missing is a SourceError before the first page', async () => {
    const usersFile = join(csv.path, 'absent.csv');
    await assert.rejects(
      readCsv({ usersFile }),
      (error) => error instanceof SourceError && /no such file/.test(error.message),
    );
    assert.equal((await openCsvSource({ usersFile }).test()).ok, false);
  });

  test('a folder in place of a file is a SourceError', async () => {
    await assert.rejects(readCsv({ usersFile: csv.path }), /is not a file/);
  });
});

describe('P7 a file that changes while it is read', () => {
  const content = `objectId,userPrincipalName\n${Array.from({ length: 20 }, (_, n) => `u${n},u${n}@example.com\n`).join('')}`;
  const changes: readonly [string, (path: string) => Promise<void>][] = [
    ['is written to', (path) => appendFile(path, 'u99,u99@example.com\n')],
    [
      'is replaced by a file of the same size',
      async (path) => {
        await writeFile(`${path}.new`, content.replace('u19,u19', 'u18,u19'));
        await rename(`${path}.new`, path);
      },
    ],
    ['is removed', (path) => rm(path)],
  ];
  for (const [title, change] of changes) {
    test(title, async () => {
      const usersFile = await csv.fileOf(content);
      const sourceRead = openCsvSource({ usersFile }).readAll({ pageSize: 5 });
      let pages = 0;
      for await (const page of sourceRead.pages) {
        pages += page.objects.length > 0 ? 1 : 0;
        if (pages === 1) await change(usersFile);
      }
      const completeness = sourceRead.completeness();
      assert.match(reasonOf(completeness), /changed while it was being read/);
    });
  }
});
