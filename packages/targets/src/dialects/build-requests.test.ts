import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { completeProfile } from '../profiles/profile.ts';
import type { AttributeChange, Dialect, TargetRequest } from '../target.ts';
import { type BuildUpdateOptions, buildCreate, buildDelete, buildMemberChange, buildUpdate } from './build-requests.ts';
import { InvalidTargetAttributeError } from './target-attribute.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Harbour:2.0:User';
const DIALECT_NAMES = ['rfc7644', 'entra', 'entra-scim062020', 'okta'] as const;

const profileOf = (dialect: Dialect, membersPerRequestMax = 100) => completeProfile({ dialect, membersPerRequestMax });

function operationsOf(request: TargetRequest | undefined): unknown {
  const body = request?.body as { readonly schemas: unknown; readonly Operations: unknown } | undefined;
  assert.deepEqual(body?.schemas, ['urn:ietf:params:scim:api:messages:2.0:PatchOp']);
  return body?.Operations;
}

/** What each dialect sends; a dialect that is not named sends what `rfc7644` sends. */
interface UpdateVector {
  readonly title: string;
  readonly changes: readonly AttributeChange[];
  readonly options?: BuildUpdateOptions;
  readonly rfc7644: readonly unknown[];
  readonly entra: readonly unknown[];
  readonly 'entra-scim062020'?: readonly unknown[];
  readonly okta?: readonly unknown[];
}

const work = 'emails[type eq "work"].value';
const manager = `${ENTERPRISE}:manager`;

const UPDATES: readonly UpdateVector[] = [
  {
    title: 'disable',
    changes: [{ attribute: 'active', value: 'False', previous: true }],
    rfc7644: [{ op: 'replace', path: 'active', value: false }],
    entra: [{ op: 'Replace', path: 'active', value: 'False' }],
    okta: [{ op: 'replace', value: { active: false } }],
  },
  {
    title: 'enable',
    changes: [{ attribute: 'active', value: true, previous: false }],
    rfc7644: [{ op: 'replace', path: 'active', value: true }],
    entra: [{ op: 'Replace', path: 'active', value: 'True' }],
    okta: [{ op: 'replace', value: { active: true } }],
  },
  {
    title: 'one string that was not there',
    changes: [{ attribute: 'nickName', value: 'Babs' }],
    rfc7644: [{ op: 'replace', path: 'nickName', value: 'Babs' }],
    entra: [{ op: 'Add', path: 'nickName', value: 'Babs' }],
    'entra-scim062020': [{ op: 'add', path: 'nickName', value: 'Babs' }],
    okta: [{ op: 'replace', value: { nickName: 'Babs' } }],
  },
  {
    title: 'several attributes, sub-attribute, extension and value path',
    changes: [
      { attribute: 'displayName', value: 'Ann B', previous: 'Ann' },
      { attribute: 'name.givenName', value: 'Ann', previous: 'An' },
      { attribute: `${ENTERPRISE}:employeeNumber`, value: 17 },
      { attribute: work, value: 'ann@example.com', previous: 'an@example.com' },
    ],
    rfc7644: [
      { op: 'replace', path: 'displayName', value: 'Ann B' },
      { op: 'replace', path: 'name.givenName', value: 'Ann' },
      { op: 'replace', path: `${ENTERPRISE}:employeeNumber`, value: '17' },
      { op: 'replace', path: work, value: 'ann@example.com' },
    ],
    entra: [
      { op: 'Replace', path: 'displayName', value: 'Ann B' },
      { op: 'Replace', path: 'name.givenName', value: 'Ann' },
      { op: 'Add', path: `${ENTERPRISE}:employeeNumber`, value: '17' },
      { op: 'Replace', path: work, value: 'ann@example.com' },
    ],
    'entra-scim062020': [
      { op: 'replace', path: work, value: 'ann@example.com' },
      {
        op: 'replace',
        value: { displayName: 'Ann B', 'name.givenName': 'Ann', [`${ENTERPRISE}:employeeNumber`]: '17' },
      },
    ],
    okta: [
      {
        op: 'replace',
        value: { displayName: 'Ann B', name: { givenName: 'Ann' }, [ENTERPRISE]: { employeeNumber: '17' } },
      },
      { op: 'replace', path: work, value: 'ann@example.com' },
    ],
  },
  {
    title: 'a value path whose element is absent: one new element by the standard, a path by Entra',
    changes: [
      { attribute: 'addresses[type eq "work"].locality', value: 'Lagos' },
      { attribute: 'addresses[type eq "work"].country', value: 'NG' },
    ],
    rfc7644: [{ op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'Lagos', country: 'NG' }] }],
    entra: [
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Lagos' },
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'NG' },
    ],
    'entra-scim062020': [
      { op: 'add', path: 'addresses[type eq "work"].locality', value: 'Lagos' },
      { op: 'add', path: 'addresses[type eq "work"].country', value: 'NG' },
    ],
  },
  {
    title: 'a new part of an element that is known to exist',
    changes: [{ attribute: 'addresses[type eq "work"].country', value: 'NG' }],
    options: { current: { 'addresses[type eq "work"].locality': 'Lagos', displayName: 'Ann' } },
    rfc7644: [{ op: 'add', path: 'addresses[type eq "work"].country', value: 'NG' }],
    entra: [{ op: 'Add', path: 'addresses[type eq "work"].country', value: 'NG' }],
  },
  {
    title: 'a simple attribute cleared',
    changes: [{ attribute: 'title', value: undefined, previous: 'Planner' }],
    rfc7644: [{ op: 'remove', path: 'title' }],
    entra: [{ op: 'Remove', path: 'title' }],
  },
  {
    title: 'the value of an element cleared, and nothing left of it',
    changes: [{ attribute: work, value: null, previous: 'ann@example.com' }],
    rfc7644: [{ op: 'remove', path: 'emails[type eq "work"]' }],
    entra: [{ op: 'Remove', path: work }],
    'entra-scim062020': [{ op: 'remove', path: work }],
  },
  {
    title: 'the value of an element cleared, and its display left',
    changes: [{ attribute: 'roles[primary eq "True"].value', value: undefined, previous: 'editor' }],
    options: { current: { 'roles[primary eq "True"].value': 'editor', 'roles[primary eq "True"].display': 'Editor' } },
    rfc7644: [{ op: 'remove', path: 'roles[primary eq true].value' }],
    entra: [{ op: 'Remove', path: 'roles[primary eq "True"].value' }],
    'entra-scim062020': [{ op: 'remove', path: 'roles[primary eq "True"].value' }],
  },
  {
    title: 'all that is known of an element cleared',
    changes: [
      { attribute: 'addresses[type eq "work"].locality', value: undefined },
      { attribute: 'addresses[type eq "work"].country', value: undefined },
    ],
    options: {
      current: { 'addresses[type eq "work"].locality': 'Lagos', 'addresses[type eq "work"].country': 'NG' },
    },
    rfc7644: [{ op: 'remove', path: 'addresses[type eq "work"]' }],
    entra: [
      { op: 'Remove', path: 'addresses[type eq "work"].locality' },
      { op: 'Remove', path: 'addresses[type eq "work"].country' },
    ],
    'entra-scim062020': [
      { op: 'remove', path: 'addresses[type eq "work"].locality' },
      { op: 'remove', path: 'addresses[type eq "work"].country' },
    ],
  },
  {
    title: 'a part of an address cleared: what the target knows beside it stays',
    changes: [{ attribute: 'addresses[type eq "work"].locality', value: undefined, previous: 'Lagos' }],
    rfc7644: [{ op: 'remove', path: 'addresses[type eq "work"].locality' }],
    entra: [{ op: 'Remove', path: 'addresses[type eq "work"].locality' }],
  },
  {
    title: 'manager set',
    changes: [{ attribute: manager, value: 'M 1', previous: 'M 0' }],
    options: { baseUrl: 'https://app.example/scim' },
    rfc7644: [{ op: 'replace', path: manager, value: { value: 'M 1' } }],
    entra: [{ op: 'Add', path: manager, value: [{ $ref: 'https://app.example/scim/Users/M%201', value: 'M 1' }] }],
  },
  {
    title: 'manager named without its URN',
    changes: [{ attribute: 'manager', value: 'M1' }],
    rfc7644: [{ op: 'replace', path: manager, value: { value: 'M1' } }],
    entra: [{ op: 'Add', path: manager, value: [{ value: 'M1' }] }],
  },
  {
    title: 'manager cleared',
    changes: [{ attribute: manager, value: undefined, previous: 'M0' }],
    rfc7644: [{ op: 'remove', path: manager }],
    entra: [{ op: 'Remove', path: manager }],
    'entra-scim062020': [{ op: 'replace', path: manager, value: { value: '' } }],
    okta: [{ op: 'remove', path: manager }],
  },
];

for (const vector of UPDATES) {
  describe(`update: ${vector.title}`, () => {
    for (const dialect of DIALECT_NAMES) {
      test(dialect, () => {
        const request = buildUpdate('User', 'u/1', vector.changes, profileOf(dialect), vector.options);
        assert.equal(`${request.method} ${request.path}`, 'PATCH /Users/u%2F1');
        assert.deepEqual(operationsOf(request), vector[dialect] ?? vector.rfc7644);
      });
    }
  });
}

test('okta names a group by its id in the operation that renames it', () => {
  const request = buildUpdate('Group', 'g1', [{ attribute: 'displayName', value: 'New' }], profileOf('okta'));
  assert.deepEqual(operationsOf(request), [{ op: 'replace', value: { id: 'g1', displayName: 'New' } }]);
});

test('an update without a change is misuse', () => {
  assert.throws(() => buildUpdate('User', 'u1', [], profileOf('rfc7644')), TypeError);
  const clearsNothing = [{ attribute: work, value: undefined }];
  assert.throws(() => buildUpdate('User', 'u1', clearsNothing, profileOf('rfc7644')), TypeError);
});

const MAPPED = {
  externalId: '0a21',
  userName: 'ann@example.com',
  active: 'True',
  displayName: 'Ann B',
  title: null,
  nickName: undefined,
  'name.givenName': 'Ann',
  'name.familyName': 'B',
  [`${CORE}:locale`]: 'en-GB',
  [work]: 'ann@example.com',
  'emails[type eq "work"].primary': 'true',
  'phoneNumbers[type eq "mobile"].value': '+1 555',
  'phoneNumbers[type eq "work"].value': '+1 556',
  'roles[primary eq "True"].value': 'editor',
  [`${ENTERPRISE}:department`]: 'Water',
  [manager]: 'M1',
  [`${CUSTOM}:berth`]: 'B7',
};

const CONTENT = {
  externalId: '0a21',
  userName: 'ann@example.com',
  active: true,
  displayName: 'Ann B',
  name: { givenName: 'Ann', familyName: 'B' },
  locale: 'en-GB',
  emails: [{ type: 'work', value: 'ann@example.com', primary: true }],
  phoneNumbers: [
    { type: 'mobile', value: '+1 555' },
    { type: 'work', value: '+1 556' },
  ],
  roles: [{ primary: true, value: 'editor' }],
  [ENTERPRISE]: { department: 'Water', manager: { value: 'M1' } },
  [CUSTOM]: { berth: 'B7' },
};

describe('create', () => {
  test('rfc7644 lists every schema in use', () => {
    assert.deepEqual(buildCreate('User', MAPPED, profileOf('rfc7644')), {
      method: 'POST',
      path: '/Users',
      body: { schemas: [CORE, ENTERPRISE, CUSTOM], ...CONTENT },
    });
  });

  for (const dialect of ['entra', 'entra-scim062020'] as const) {
    test(`${dialect} sends meta.resourceType, and leaves the URN of a custom extension out of schemas`, () => {
      const { body } = buildCreate('User', MAPPED, profileOf(dialect));
      assert.deepEqual(body, { schemas: [CORE, ENTERPRISE], ...CONTENT, meta: { resourceType: 'User' } });
    });

    test(`${dialect} adds its own schema to groups`, () => {
      const { body } = buildCreate('Group', { externalId: 'g', displayName: 'Sales' }, profileOf(dialect));
      assert.deepEqual(body, {
        schemas: [
          'urn:ietf:params:scim:schemas:core:2.0:Group',
          'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
        ],
        externalId: 'g',
        displayName: 'Sales',
        meta: { resourceType: 'Group' },
      });
    });
  }

  const refused: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
    ['id', { id: 'x' }, /map externalId instead/],
    ['no path', { 'a b': 'x' }, /path "a b" does not parse/],
    ['a status that is none', { active: 'maybe' }, /active takes True or False, not "maybe"/],
    ['a value filter with or', { 'emails[type eq "a" or type eq "b"].value': 'x' }, /must compare with eq/],
    ['a value filter that does not parse', { 'emails[type eq].value': 'x' }, /does not parse/],
    ['an attribute as a whole and in parts', { name: 'Ann', 'name.givenName': 'Ann' }, /sets name as a whole/],
    ['a list as a whole and by element', { emails: 'x', [work]: 'x' }, /sets emails as a whole/],
  ];
  for (const [title, attributes, message] of refused) {
    test(`${title} is refused`, () => {
      assert.throws(
        () => buildCreate('User', attributes, profileOf('rfc7644')),
        (error) => error instanceof InvalidTargetAttributeError && message.test(error.message),
      );
    });
  }

  test('names that objects inherit are data, and no path reaches a prototype', () => {
    const { body } = buildCreate('User', { constructor: 'x', 'toString.y': 'z' }, profileOf('rfc7644'));
    assert.deepEqual(body, { schemas: [CORE], constructor: 'x', toString: { y: 'z' } });
    for (const name of ['__proto__', 'name.__proto__', '__proto__.polluted']) {
      assert.throws(() => buildCreate('User', { [name]: 'x' }, profileOf('rfc7644')), InvalidTargetAttributeError);
    }
  });
});

describe('member change', () => {
  const members = { add: ['u1', 'u"2'], remove: ['u3'] };
  const standard = [
    { op: 'remove', path: 'members[value eq "u3"]' },
    { op: 'add', path: 'members', value: [{ value: 'u1' }, { value: 'u"2' }] },
  ];
  for (const dialect of ['rfc7644', 'entra-scim062020', 'okta'] as const) {
    test(`${dialect} removes by value path`, () => {
      const requests = buildMemberChange('g1', members, profileOf(dialect));
      assert.deepEqual(requests.map(operationsOf), [standard]);
      assert.equal(requests[0]?.path, '/Groups/g1');
    });
  }

  test('entra removes by a list of values, with an empty $ref', () => {
    assert.deepEqual(buildMemberChange('g1', members, profileOf('entra')).map(operationsOf), [
      [
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u3' }] },
        {
          op: 'Add',
          path: 'members',
          value: [
            { $ref: null, value: 'u1' },
            { $ref: null, value: 'u"2' },
          ],
        },
      ],
    ]);
  });

  test('an id with quotation marks stays one id', () => {
    const [request] = buildMemberChange('g1', { add: [], remove: ['a"] or value pr'] }, profileOf('rfc7644'));
    assert.deepEqual(operationsOf(request), [{ op: 'remove', path: 'members[value eq "a\\"] or value pr"]' }]);
  });

  test('no change is no request', () => {
    assert.deepEqual(buildMemberChange('g1', { add: [], remove: [] }, profileOf('entra')), []);
  });

  test('every member goes out once, removals first, at most so many in one request', () => {
    const ids = fc.uniqueArray(fc.uuid(), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 15 }), (add, remove, sizeMax) => {
        const requests = buildMemberChange('g1', { add, remove }, profileOf('entra', sizeMax));
        const operations = requests.map(
          (request) => operationsOf(request) as { op: string; value: { value: string }[] }[],
        );
        const counts = operations.map((chunk) => chunk.reduce((sum, { value }) => sum + value.length, 0));
        assert.ok(counts.every((count) => count >= 1 && count <= sizeMax));
        assert.equal(requests.length, Math.ceil((add.length + remove.length) / sizeMax));
        const sent = operations.flat().flatMap(({ op, value }) => value.map((member) => `${op} ${member.value}`));
        assert.deepEqual(sent, [...remove.map((id) => `Remove ${id}`), ...add.map((id) => `Add ${id}`)]);
      }),
    );
  });
});

test('delete', () => {
  assert.deepEqual(buildDelete('Group', 'g 1'), { method: 'DELETE', path: '/Groups/g%201' });
});
