import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Completeness, RefusedObject, SourceObject } from '../source.ts';
import { SourceError } from '../source.ts';
import { collect, sourceSuite } from '../suite/source-suite.ts';
import type { CsvSourceOptions } from './csv-settings.ts';
import { openCsvSource } from './csv-source.ts';

let folder = '';
let files = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-csv-'));
});
after(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Buffer, name = 'users.csv'): Promise<string> {
  files += 1;
  const path = join(folder, `${files}-${name}`);
  await writeFile(path, content);
  return path;
}

interface ReadResult {
  readonly objects: readonly SourceObject[];
  readonly refused: readonly RefusedObject[];
  readonly completeness: Completeness;
}

async function read(options: CsvSourceOptions, pageSize = 100): Promise<ReadResult> {
  const sourceRead = openCsvSource(options).readAll({ pageSize });
  const pages = await collect(sourceRead.pages);
  return {
    objects: pages.flatMap((page) => page.objects),
    refused: pages.flatMap((page) => page.refused),
    completeness: sourceRead.completeness(),
  };
}

async function readUsers(content: string | Buffer, options: Partial<CsvSourceOptions> = {}): Promise<ReadResult> {
  return read({ usersFile: await fileOf(content), ...options });
}

const ONE_USER = 'objectId,userPrincipalName\nu1,ann@example.com\n';

async function readGroups(content: string, options: Partial<CsvSourceOptions> = {}): Promise<ReadResult> {
  const result = await read({
    usersFile: await fileOf(ONE_USER),
    groupsFile: await fileOf(content, 'groups.csv'),
    ...options,
  });
  return { ...result, objects: result.objects.filter((object) => object.type === 'Group') };
}

function quote(value: unknown): string {
  return `"${String(value ?? '').replaceAll('"', '""')}"`;
}

/** Writes objects as files: the opposite of the reader, for the suite. */
async function writeDirectory(objects: readonly SourceObject[]): Promise<CsvSourceOptions> {
  const lines = { User: [] as string[], Group: [] as string[] };
  for (const { type, attributes, members = [] } of objects) {
    const ids = members.map((member) => (member.type === 'Group' ? `group:${member.id}` : member.id));
    const cells = [...Object.values(attributes), ...(type === 'Group' ? [ids.join(';')] : [])];
    const headers = [...Object.keys(attributes), ...(type === 'Group' ? ['members'] : [])];
    if (lines[type].length === 0) lines[type].push(headers.join(','));
    lines[type].push(cells.map(quote).join(','));
  }
  return {
    usersFile: await fileOf(`${lines.User.join('\r\n')}\r\n`),
    groupsFile: await fileOf(`${lines.Group.join('\r\n')}\r\n`, 'groups.csv'),
  };
}

sourceSuite('csv', async (objects) => ({
  source: openCsvSource(await writeDirectory(objects)),
  close: () => Promise.resolve(),
}));

describe('what a file may look like', () => {
  const expected = [{ objectId: 'u1', userPrincipalName: 'zoë@example.com', city: 'Łódź' }];
  const cases: readonly [string, string | Buffer, Partial<CsvSourceOptions>?][] = [
    ['commas', 'objectId,userPrincipalName,city\nu1,zoë@example.com,Łódź\n'],
    ['semicolons', 'objectId;userPrincipalName;city\nu1;zoë@example.com;Łódź\n'],
    ['tabs', 'objectId\tuserPrincipalName\tcity\nu1\tzoë@example.com\tŁódź\n'],
    ['bars', 'objectId|userPrincipalName|city\nu1|zoë@example.com|Łódź\n'],
    ['a named separator', 'objectId|userPrincipalName|city\nu1|zoë@example.com|Łódź\n', { separator: '|' }],
    ['a byte order mark', '\ufeffobjectId,userPrincipalName,city\nu1,zoë@example.com,Łódź\n'],
    ['CR LF', 'objectId,userPrincipalName,city\r\nu1,zoë@example.com,Łódź\r\n'],
    ['CR alone', 'objectId,userPrincipalName,city\ru1,zoë@example.com,Łódź\r'],
    ['a spreadsheet hint', 'sep=;\r\nobjectId;userPrincipalName;city\r\nu1;zoë@example.com;Łódź\r\n'],
    ['a header in another order and case', 'CITY,UserPrincipalName,OBJECTID\nŁódź,zoë@example.com,u1\n'],
    ['blanks around headers', ' objectId , userPrincipalName ,city\nu1,zoë@example.com,Łódź\n'],
    ['the header id', 'id,userPrincipalName,city\nu1,zoë@example.com,Łódź\n'],
    ['quoted headers that hold the separator', '"objectId",userPrincipalName,city\n"u1","zoë@example.com",Łódź\n'],
    ['blank lines and rows without any value', '\nobjectId,userPrincipalName,city\n\nu1,zoë@example.com,Łódź\n,,\n\n'],
    [
      'mapped headers',
      'Nr,Login,Ort\nu1,zoë@example.com,Łódź\n',
      { columns: { nr: 'objectId', Login: 'userPrincipalName', ort: 'city' } },
    ],
    [
      'no final line break, where that is allowed',
      'objectId,userPrincipalName,city\nu1,zoë@example.com,Łódź',
      { finalLineBreak: 'optional' },
    ],
    ['UTF-8 found by itself', 'objectId,userPrincipalName,city\nu1,zoë@example.com,Łódź\n', { encoding: 'auto' }],
  ];
  for (const [title, content, options] of cases) {
    test(title, async () => {
      const { objects, completeness } = await readUsers(content, options);
      assert.deepEqual(
        objects.map((object) => object.attributes),
        expected,
      );
      assert.equal(completeness.complete, true);
    });
  }

  for (const encoding of ['windows-1252', 'auto'] as const) {
    test(`Windows-1252 by encoding ${encoding}`, async () => {
      const content = Buffer.from('objectId,userPrincipalName,city\nu1,zo\xeb@example.com,\x8aibenik \x80\n', 'latin1');
      const { objects } = await readUsers(content, { encoding });
      assert.equal(objects[0]?.attributes.userPrincipalName, 'zoë@example.com');
      assert.equal(objects[0]?.attributes.city, 'Šibenik €');
    });
  }

  test('characters that are cut by the borders of chunks are put together', async () => {
    const rows = Array.from({ length: 6000 }, (_, index) => `u${index},${'ł日😀'.repeat(3)}${index}@example.com`);
    const { objects, completeness } = await readUsers(`objectId,userPrincipalName\n${rows.join('\n')}\n`);
    assert.equal(completeness.complete, true);
    const texts = objects.map((object) => `${object.id},${object.attributes.userPrincipalName}`);
    assert.deepEqual(texts, rows);
  });
});

describe('values', () => {
  test('stay strings to the letter; an empty cell is null; accountEnabled is a boolean', async () => {
    const content =
      'objectId,userPrincipalName,employeeId,mobile,note,accountEnabled\n' +
      '0012,a@example.com,000123,+49 30 1,"  =1+1 ""x""\r\ny",TRUE\n' +
      'E7,b@example.com,,1e5,,no\n';
    const { objects } = await readUsers(content);
    assert.deepEqual(objects, [
      {
        type: 'User',
        id: '0012',
        attributes: {
          objectId: '0012',
          userPrincipalName: 'a@example.com',
          employeeId: '000123',
          mobile: '+49 30 1',
          note: '  =1+1 "x"\r\ny',
          accountEnabled: true,
        },
      },
      {
        type: 'User',
        id: 'E7',
        attributes: {
          objectId: 'E7',
          userPrincipalName: 'b@example.com',
          employeeId: null,
          mobile: '1e5',
          note: null,
          accountEnabled: false,
        },
      },
    ]);
  });

  const statuses = { true: true, False: false, '1': true, '0': false, YES: true, no: false, ' True ': true };
  for (const [cell, expected] of Object.entries(statuses)) {
    test(`accountEnabled ${JSON.stringify(cell)} is ${expected}`, async () => {
      const { objects } = await readUsers(`id,userPrincipalName,accountEnabled\nu1,a@example.com,${cell}\n`);
      assert.equal(objects[0]?.attributes.accountEnabled, expected);
    });
  }

  test('a header named constructor is a name like any other', async () => {
    const { objects } = await readUsers('id,userPrincipalName,constructor\nu1,a@example.com,x\n');
    assert.equal(objects[0]?.attributes.constructor, 'x');
  });
});

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
      const { objects, refused, completeness } = await readUsers(`${header}\n${good}\n${row}\n`);
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
    const { refused } = await readUsers(`${header}\nu1,x@example.com,1,,${'z'.repeat(5000)}\n`);
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
      const { objects, refused, completeness } = await readUsers(content, options);
      assert.deepEqual([objects, refused], [[], []]);
      assert.ok(!completeness.complete);
      assert.match(completeness.reason, reason);
      assert.match(completeness.reason, /\. [A-Z]/, 'the reason ends with advice');
      const source = openCsvSource({ usersFile: await fileOf(content), ...options });
      const tested = await source.test();
      assert.ok(!tested.ok);
      assert.match(tested.detail, reason);
      assert.notEqual(tested.advice, '');
      await assert.rejects(source.attributeNames('User'), SourceError);
    });
  }

  test('a fault in the groups file keeps the users back too', async () => {
    const { objects, completeness } = await readGroups('objectId,displayName\ng1,A\ng1,B\n');
    assert.deepEqual(objects, []);
    assert.match(completeness.complete ? '' : completeness.reason, /groups\.csv:3/);
  });

  test('a file that is missing is a SourceError before the first page', async () => {
    const usersFile = join(folder, 'absent.csv');
    await assert.rejects(
      read({ usersFile }),
      (error) => error instanceof SourceError && /no such file/.test(error.message),
    );
    assert.equal((await openCsvSource({ usersFile }).test()).ok, false);
  });

  test('a folder in place of a file is a SourceError', async () => {
    await assert.rejects(read({ usersFile: folder }), /is not a file/);
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
      const usersFile = await fileOf(content);
      const sourceRead = openCsvSource({ usersFile }).readAll({ pageSize: 5 });
      let pages = 0;
      for await (const page of sourceRead.pages) {
        pages += page.objects.length > 0 ? 1 : 0;
        if (pages === 1) await change(usersFile);
      }
      const completeness = sourceRead.completeness();
      assert.match(completeness.complete ? '' : completeness.reason, /changed while it was being read/);
    });
  }
});

describe('groups', () => {
  test('members are users, and groups with the prefix or in memberGroups; each once, circles as they are', async () => {
    const { objects } = await readGroups(
      'objectId,displayName,members,memberGroups,description\n' +
        'g1,Staff,u1; u2 ;u1;group:g2;,g2;g3,all\n' +
        'g2,Circle,Group:g1,,\n' +
        'g3,Nobody,,,\n',
    );
    assert.deepEqual(objects, [
      {
        type: 'Group',
        id: 'g1',
        attributes: { objectId: 'g1', displayName: 'Staff', description: 'all' },
        members: [
          { type: 'User', id: 'u1' },
          { type: 'User', id: 'u2' },
          { type: 'Group', id: 'g2' },
          { type: 'Group', id: 'g3' },
        ],
      },
      {
        type: 'Group',
        id: 'g2',
        attributes: { objectId: 'g2', displayName: 'Circle', description: null },
        members: [{ type: 'Group', id: 'g1' }],
      },
      {
        type: 'Group',
        id: 'g3',
        attributes: { objectId: 'g3', displayName: 'Nobody', description: null },
        members: [],
      },
    ]);
  });

  test('without a members column nothing is said about members', async () => {
    const { objects } = await readGroups('objectId,displayName\ng1,Staff\n');
    assert.equal('members' in objects[0]!, false);
  });

  test('another member separator', async () => {
    const { objects } = await readGroups('objectId,displayName,members\ng1,Staff,u1|u2\n', { memberSeparator: '|' });
    assert.equal(objects[0]?.members?.length, 2);
  });

  test('P7 one bad member id refuses the group, so that nobody is removed from it', async () => {
    const { objects, refused } = await readGroups('objectId,displayName,members\ng1,Staff,u1;1.2E+12\n');
    assert.deepEqual(objects, []);
    assert.match(refused[0]?.reason ?? '', /members is "1.2E\+12"/);
    assert.equal(refused[0]?.id, 'g1');
  });

  test('members that are split by the column separator are explained', async () => {
    const { completeness } = await readGroups('objectId;displayName;members\ng1;Staff;u1;u2\n');
    assert.match(completeness.complete ? '' : completeness.reason, /; separates both columns and members/);
  });

  test('memberGroups without members is a fault: users would seem to have left', async () => {
    const { completeness } = await readGroups('objectId,displayName,memberGroups\ng1,Staff,g2\n');
    assert.match(completeness.complete ? '' : completeness.reason, /the column members is missing/);
  });

  test('a group of 200,000 members is read whole', async () => {
    const ids = Array.from({ length: 200_000 }, (_, index) => `u${index}`);
    const { objects } = await readGroups(`objectId,displayName,members\ng1,All,${ids.join(';')}\n`);
    assert.equal(objects[0]?.members?.length, ids.length);
  });
});

test('the evidence names rows, bytes and digest of each file', async () => {
  const { completeness } = await readGroups('objectId,displayName\ng1,Staff\n');
  assert.match(
    completeness.complete ? completeness.evidence : '',
    /users\.csv: 1 rows, 46 bytes, SHA-256 [0-9a-f]{12}; \S+groups\.csv: 1 rows, 30 bytes, SHA-256 [0-9a-f]{12}$/,
  );
});

test('options that no file can be read with are refused at once', () => {
  assert.throws(() => openCsvSource({ usersFile: 'x', separator: '#' as ',' }), TypeError);
  assert.throws(() => openCsvSource({ usersFile: 'x', memberSeparator: '' }), TypeError);
  assert.throws(() => openCsvSource({ usersFile: 'x' }).readAll({ pageSize: 0 }), TypeError);
});
