import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SourceObject } from '../source.ts';
import { sourceSuite } from '../suite/source-suite.ts';
import type { CsvSourceOptions } from './csv-settings.ts';
import { openCsvSource } from './csv-source.ts';
import { CsvFolder, reasonOf } from './testing/csv-folder.ts';

const csv = new CsvFolder();

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
    usersFile: await csv.fileOf(`${lines.User.join('\r\n')}\r\n`),
    groupsFile: await csv.fileOf(`${lines.Group.join('\r\n')}\r\n`, 'groups.csv'),
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
      const { objects, completeness } = await csv.readUsers(content, options);
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
      const { objects } = await csv.readUsers(content, { encoding });
      assert.equal(objects[0]?.attributes.userPrincipalName, 'zoë@example.com');
      assert.equal(objects[0]?.attributes.city, 'Šibenik €');
    });
  }

  test('characters that are cut by the borders of chunks are put together', async () => {
    const rows = Array.from({ length: 6000 }, (_, index) => `u${index},${'ł日😀'.repeat(3)}${index}@example.com`);
    const { objects, completeness } = await csv.readUsers(`objectId,userPrincipalName\n${rows.join('\n')}\n`);
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
    const { objects } = await csv.readUsers(content);
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
      const { objects } = await csv.readUsers(`id,userPrincipalName,accountEnabled\nu1,a@example.com,${cell}\n`);
      assert.equal(objects[0]?.attributes.accountEnabled, expected);
    });
  }

  test('a header named constructor is a name like any other', async () => {
    const { objects } = await csv.readUsers('id,userPrincipalName,constructor\nu1,a@example.com,x\n');
    assert.equal(objects[0]?.attributes.constructor, 'x');
  });
});

describe('groups', () => {
  test('members are users, and groups with the prefix or in memberGroups; each once, circles as they are', async () => {
    const { objects } = await csv.readGroups(
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
    const { objects } = await csv.readGroups('objectId,displayName\ng1,Staff\n');
    assert.equal('members' in objects[0]!, false);
  });

  test('another member separator', async () => {
    const { objects } = await csv.readGroups('objectId,displayName,members\ng1,Staff,u1|u2\n', {
      memberSeparator: '|',
    });
    assert.equal(objects[0]?.members?.length, 2);
  });

  test('P7 one bad member id refuses the group, so that nobody is removed from it', async () => {
    const { objects, refused } = await csv.readGroups('objectId,displayName,members\ng1,Staff,u1;1.2E+12\n');
    assert.deepEqual(objects, []);
    assert.match(refused[0]?.reason ?? '', /members is "1.2E\+12"/);
    assert.equal(refused[0]?.id, 'g1');
  });

  test('members that are split by the column separator are explained', async () => {
    const { completeness } = await csv.readGroups('objectId;displayName;members\ng1;Staff;u1;u2\n');
    assert.match(reasonOf(completeness), /; separates both columns and members/);
  });

  test('memberGroups without members is a fault: users would seem to have left', async () => {
    const { completeness } = await csv.readGroups('objectId,displayName,memberGroups\ng1,Staff,g2\n');
    assert.match(reasonOf(completeness), /the column members is missing/);
  });

  test('a group of 200,000 members is read whole', async () => {
    const ids = Array.from({ length: 200_000 }, (_, index) => `u${index}`);
    const { objects } = await csv.readGroups(`objectId,displayName,members\ng1,All,${ids.join(';')}\n`);
    assert.equal(objects[0]?.members?.length, ids.length);
  });
});

test('the evidence names rows, bytes and digest of each file', async () => {
  const { completeness } = await csv.readGroups('objectId,displayName\ng1,Staff\n');
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
