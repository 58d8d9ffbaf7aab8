import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidPathError } from '../error.ts';
import { printFilter } from '../filter/print.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { recordedQuirks } from '../testing/recorded-quirks.ts';
import { parsePath } from './parse.ts';
import { type PatchTarget, resolvePath } from './resolve.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

function show(target: PatchTarget): string {
  if (target.kind === 'extension') return `extension ${target.schema.id}`;
  const { path } = target.attribute;
  return target.kind === 'attribute' ? path : `${path} where ${printFilter(target.filter)}`;
}

describe('RFC 7644 3.5.2 paths', () => {
  const cases: [path: string, meaning: string][] = [
    ['userName', 'userName'],
    ['USERNAME', 'userName'],
    ['name.givenName', 'name.givenName'],
    ['emails', 'emails'],
    ['emails.value', 'emails.value'],
    [`${CORE}:name.givenName`, 'name.givenName'],
    [`${CORE.toUpperCase()}:emails[type eq "work"].value`, 'emails.value where emails.type eq "work"'],
    [`${ENTERPRISE}:department`, `${ENTERPRISE}:department`],
    [`${ENTERPRISE}:manager.value`, `${ENTERPRISE}:manager.value`],
    [ENTERPRISE, `extension ${ENTERPRISE}`],
    [ENTERPRISE.toUpperCase(), `extension ${ENTERPRISE}`],
    ['emails[type eq "work"]', 'emails where emails.type eq "work"'],
    [
      'emails[type eq "Work" and primary eq true].display',
      'emails.display where emails.type eq "work" and emails.primary eq true',
    ],
    ['emails[value eq "a]b"].type', 'emails.type where emails.value eq "a]b"'],
  ];
  for (const [path, meaning] of cases) {
    test(`${path} is ${meaning}`, () => {
      const { quirks } = recordedQuirks([]);
      assert.equal(show(resolvePath(parsePath(path), USER_TYPE, quirks)), meaning);
    });
  }
});

describe('tolerances of paths', () => {
  test('extension-attribute-without-urn: manager reaches the extension', () => {
    const { quirks, used } = recordedQuirks();
    const target = resolvePath(parsePath('manager'), USER_TYPE, quirks);
    assert.equal(show(target), `${ENTERPRISE}:manager`);
    assert.deepEqual([...used], ['extension-attribute-without-urn']);
  });

  test('without it, the refusal says what to write', () => {
    const { quirks } = recordedQuirks([]);
    assert.throws(() => resolvePath(parsePath('manager'), USER_TYPE, quirks), {
      name: 'InvalidPathError',
      message: new RegExp(`write ${ENTERPRISE}:manager`),
    });
  });

  test('string-boolean-in-filter: "True" is a boolean in a value filter', () => {
    const { quirks, used } = recordedQuirks();
    const target = resolvePath(parsePath('roles[primary eq "True"].value'), USER_TYPE, quirks);
    assert.equal(show(target), 'roles.value where roles.primary eq true');
    assert.deepEqual([...used], ['string-boolean-in-filter']);
  });
});

describe('P3 paths that are refused', () => {
  const cases: [name: string, path: string, says: RegExp][] = [
    ['nothing', '', /column 1/],
    ['a blank', ' ', /column 1/],
    ['a JSON pointer', '/displayName', /column 1/],
    ['three levels', 'name.given.first', /column 11/],
    ['no URN', 'core:userName', /column 1/],
    ['an unknown attribute', 'displayNam', /displayNam.*no schema of User/],
    ['an unknown sub-attribute', 'name.given', /name\.given/],
    ['an unknown URN', 'urn:example:User:userName', /urn:example:User:userName/],
    ['a URN that ends with a full stop and an attribute', `${ENTERPRISE}.manager`, /no schema of User/],
    ['an attribute of another type', 'members', /members/],
    ['an open bracket', 'emails[type eq "work"', /column 7/],
    ['text behind the bracket', 'emails[type eq "work"]value', /column 23/],
    ['two sub-attributes behind the bracket', 'emails[type eq "work"].value.x', /column 23/],
    ['an empty filter', 'emails[]', /column 8/],
    ['a filter that does not parse', 'emails[type equals "work"].value', /column 13/],
    ['a filter on an unknown sub-attribute', 'emails[kind eq "work"].value', /column 8/],
    ['an unknown sub-attribute behind a filter', 'emails[type eq "work"].address', /emails\.address/],
    ['a value of another type', 'emails[type eq 5].value', /column 16/],
    ['a filter behind a sub-attribute', 'name.givenName[value eq "x"]', /column 15/],
    ['a filter on a simple attribute', 'userName[value eq "x"]', /userName/],
    ['a filter on a single complex attribute', 'name[givenName eq "x"]', /no elements/],
    ['a filter on an extension', `${ENTERPRISE}[department eq "x"]`, /no schema of User/],
    ['S4 __proto__', '__proto__', /column 1/],
    ['S4 __proto__ as a sub-attribute', 'name.__proto__', /column 6/],
    ['S4 constructor', 'constructor.prototype', /constructor/],
    ['S4 a URN of one', 'urn:__proto__:constructor', /constructor/],
    ['S5 too long', `emails[value eq "${'x'.repeat(9000)}"]`, /more than 8192/],
    ['S5 too deep', `emails[${'('.repeat(40)}value pr${')'.repeat(40)}]`, /levels of nesting/],
  ];
  for (const [name, path, says] of cases) {
    test(`${name} is invalidPath`, () => {
      assert.throws(
        () => resolvePath(parsePath(path), USER_TYPE, recordedQuirks().quirks),
        (error) => {
          assert.ok(error instanceof InvalidPathError, String(error));
          assert.match(error.message, says);
          return error.message.length < 400;
        },
      );
    });
  }
});

test('a group has members to filter', () => {
  const target = resolvePath(parsePath('members[value eq "7d1f"]'), GROUP_TYPE, recordedQuirks([]).quirks);
  assert.equal(show(target), 'members where members.value eq "7d1f"');
});
