import type { SeededRandom } from '../support/seeded-random.ts';
import { valuePath } from './filters.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { ENTERPRISE, GROUP, type Prey, USER } from './ground.ts';
import { jsonText } from './json-texts.ts';
import { anyId, type Making, pickPrey, scimCase } from './scim-case.ts';
import { anyText, mutate, word } from './texts.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A value of JSON as text. */
type Value = (random: SeededRandom) => string;

const text: Value = (random) => JSON.stringify(random.chance(0.85) ? word(random) : anyText(random));
const bool: Value = (random) => random.pick(['true', 'false', '"True"', '"false"']);
const list =
  (...parts: readonly string[]): Value =>
  (random) => {
    const element = (): string =>
      `{${random
        .some(parts, random.between(0, parts.length))
        .map((part) => `"${part}":${part === 'primary' ? bool(random) : text(random)}`)
        .join(',')}}`;
    return `[${Array.from({ length: random.between(0, 3) }, element).join(',')}]`;
  };
const object =
  (...parts: readonly string[]): Value =>
  (random) =>
    `{${random
      .some(parts, random.between(0, parts.length))
      .map((part) => `"${part}":${text(random)}`)
      .join(',')}}`;

type Attributes = ReadonlyMap<string, Value>;

const USER_ATTRIBUTES: Attributes = new Map(
  Object.entries({
    userName: text,
    externalId: text,
    displayName: text,
    nickName: text,
    profileUrl: (random) => random.pick(['"https://example.com/a"', '"javascript:alert(1)"', '"not a url"']),
    title: text,
    active: bool,
    password: text,
    preferredLanguage: text,
    locale: text,
    timezone: text,
    name: object('givenName', 'familyName', 'formatted', 'nope'),
    emails: list('value', 'type', 'primary', 'display'),
    phoneNumbers: list('value', 'type', 'primary'),
    addresses: list('locality', 'country', 'type', 'formatted', 'primary'),
    photos: list('value', 'type', 'primary'),
    roles: list('value', 'type', 'primary'),
    x509Certificates: list('value', 'display'),
    [ENTERPRISE]: object('department', 'employeeNumber', 'organization', 'manager'),
    id: text,
    meta: object('version', 'created', 'resourceType'),
    groups: list('value'),
  }),
);

const GROUP_ATTRIBUTES: Attributes = new Map(Object.entries({ displayName: text, externalId: text, id: text }));

const attributesOf = (type: 'User' | 'Group') => (type === 'User' ? USER_ATTRIBUTES : GROUP_ATTRIBUTES);

/** A value of the attribute's kind, or of any other. */
const valueFor = (random: SeededRandom, make: Value | undefined): string =>
  make === undefined || random.chance(0.08) ? jsonText(random, 3) : make(random);

function members(random: SeededRandom, prey: Prey): string {
  const member = (): string => {
    const id = random.weighted<() => string>([
      [6, () => anyId(random, prey.userIds)],
      [1, () => anyId(random, prey.groupIds)],
      [1, () => anyText(random)],
    ])();
    return random.chance(0.9) ? `{"value":${JSON.stringify(id)}}` : jsonText(random, 3);
  };
  return `[${Array.from({ length: random.between(0, 5) }, member).join(',')}]`;
}

/** Whole resources, for POST and PUT: mostly of the right form, with parts of the wrong one. */
export function resourceCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const type = random.chance(0.7) ? 'User' : 'Group';
  const ids = type === 'User' ? prey.userIds : prey.groupIds;
  const [method, path] = random.chance(0.6)
    ? ['POST', `/${type}s`]
    : ['PUT', `/${type}s/${encodeURIComponent(anyId(random, ids))}`];
  const body = document(random, prey, type);
  return scimCase(making, 'resource', { prey, method, path, body: random.chance(0.1) ? mutate(random, body) : body });
}

function document(random: SeededRandom, prey: Prey, type: 'User' | 'Group'): string {
  const attributes = attributesOf(type);
  const names = random.some([...attributes.keys()], random.between(0, 6));
  const required = type === 'User' ? 'userName' : 'displayName';
  const all = random.chance(0.9) ? [...new Set([required, ...names])] : names;
  const parts = all.map((name) => `"${name}":${valueFor(random, attributes.get(name))}`);
  if (type === 'Group' && random.chance(0.6)) parts.push(`"members":${members(random, prey)}`);
  const urn = type === 'User' ? USER : GROUP;
  if (random.chance(0.9)) parts.push(`"schemas":["${urn}"${random.chance(0.3) ? `,"${ENTERPRISE}"` : ''}]`);
  return `{${parts.join(',')}}`;
}

/** The capital letters of Entra: a strict tenant refuses them. */
const OPERATIONS = ['add', 'replace', 'replace', 'remove', 'add', 'replace', 'Add', 'Replace', 'Remove'];
const STRANGE_OPERATIONS = ['REPLACE', 'delete', '', 'move', 'add ', '__proto__'];
const PATHS = [
  'userName',
  'active',
  'displayName',
  'title',
  'name.givenName',
  'name',
  'emails',
  'emails.value',
  'emails[type eq "work"].value',
  'emails[type eq "work" and primary eq true].value',
  'emails[type eq "fresh"].value',
  'phoneNumbers[type eq "mobile"].value',
  'addresses[type eq "work"].locality',
  'roles',
  'externalId',
  'manager',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:manager.value`,
  ENTERPRISE,
  USER,
  `${USER}:userName`,
  'members',
];

/** Read-only, secret, hostile or broken. */
const STRANGE_PATHS = [
  'id',
  'schemas',
  'meta',
  'meta.version',
  'groups',
  'password',
  'x509Certificates.value',
  '__proto__',
  'constructor.prototype',
  'name.__proto__',
  'emails[',
  'emails[]',
  'emails[type eq "work"',
  'emails[type eq "work"]]',
  'emails[type].value',
  '.value',
  'emails..value',
  '',
];

/** PATCH requests of users and groups. */
export function patchCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const type = random.chance(0.65) ? 'User' : 'Group';
  const id = anyId(random, type === 'User' ? prey.userIds : prey.groupIds);
  const body = patchBody(random, prey, type);
  const asked = random.chance(0.1) ? '?attributes=displayName,active' : '';
  const headers = random.chance(0.05) ? ([['If-Match', random.pick(['*', 'W/"1"', '"x"'])]] as const) : [];
  return scimCase(making, 'patch', { prey, method: 'PATCH', path: `/${type}s/${id}${asked}`, body, headers });
}

export function patchBody(random: SeededRandom, prey: Prey, type: 'User' | 'Group'): string {
  const count = random.chance(0.003) ? 1_001 : random.pick([0, 1, 1, 1, 1, 2, 2, 3, 4]);
  const operations = Array.from({ length: count }, () => operation(random, prey, type)).join(',');
  const wrapped = random.chance(0.98) ? `[${operations}]` : random.pick(['{}', 'null', '"x"', operations || '1']);
  const schemas = random.chance(0.98) ? `"schemas":["${PATCH_OP}"],` : '';
  const body = `{${schemas}"Operations":${wrapped}}`;
  return random.chance(0.08) ? mutate(random, body) : body;
}

function operation(random: SeededRandom, prey: Prey, type: 'User' | 'Group'): string {
  if (random.chance(0.02)) return jsonText(random, 2);
  const path = anyPath(random, prey, type);
  const op = random.pick(random.chance(0.97) ? OPERATIONS : STRANGE_OPERATIONS);
  const parts = [
    random.chance(0.99) ? `"op":${JSON.stringify(op)}` : `"op":${jsonText(random, 4)}`,
    ...(path === undefined ? [] : [`"path":${JSON.stringify(path)}`]),
    ...(random.chance(/remove/i.test(op) ? 0.3 : 0.97) ? [`"value":${patchValue(random, prey, { type, path })}`] : []),
  ];
  return `{${parts.join(',')}}`;
}

function anyPath(random: SeededRandom, prey: Prey, type: 'User' | 'Group'): string | undefined {
  return random.weighted<() => string | undefined>([
    [2, () => undefined],
    [6, () => random.pick(type === 'User' ? PATHS : ['displayName', 'externalId', 'displayName', 'emails'])],
    [1.5, () => random.pick(STRANGE_PATHS)],
    [type === 'User' ? 0 : 4, () => random.pick(['members', `members[value eq "${anyId(random, prey.userIds)}"]`])],
    [1.5, () => valuePath(random)],
    [0.7, () => mutate(random, random.pick(PATHS))],
    [0.3, () => anyText(random)],
  ])();
}

function patchValue(
  random: SeededRandom,
  prey: Prey,
  { type, path }: { readonly type: 'User' | 'Group'; readonly path: string | undefined },
): string {
  if (path === undefined) return pathless(random, type);
  if (path.startsWith('members')) return random.chance(0.9) ? members(random, prey) : jsonText(random, 3);
  const [name = '', part] = path.split(/\[.*\]|\./);
  if (part !== undefined) return valueFor(random, part === 'primary' ? bool : text);
  return valueFor(random, attributesOf(type).get(name) ?? text);
}

/** The form that Entra sends: names with dots, and whole URNs, beside each other. */
function pathless(random: SeededRandom, type: 'User' | 'Group'): string {
  if (random.chance(0.15)) return jsonText(random, 2);
  const attributes = attributesOf(type);
  const dotted = [
    'name.givenName',
    `${ENTERPRISE}:department`,
    `${USER}:title`,
    'emails[type eq "work"].value',
    '__proto__',
  ];
  const names = random.some([...attributes.keys(), ...dotted], random.between(0, 5));
  return `{${names.map((name) => `${JSON.stringify(name)}:${valueFor(random, attributes.get(name) ?? text)}`).join(',')}}`;
}
