import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase, Owed } from './fuzz-case.ts';
import { ENTERPRISE, GROUP, USER } from './ground.ts';
import { type Making, pickPrey, scimCase } from './scim-case.ts';
import { anyText, encodeUrl, mutate, word } from './texts.ts';

type Kind = 'string' | 'boolean' | 'dateTime' | 'reference';

interface Attribute {
  readonly name: string;
  readonly kind: Kind;
}

interface ListAttribute {
  readonly name: string;
  readonly parts: readonly Attribute[];
}

interface Vocabulary {
  readonly urn: string;
  readonly single: readonly Attribute[];
  readonly lists: readonly ListAttribute[];
  readonly complex: readonly string[];
}

const strings = (...names: readonly string[]): readonly Attribute[] => names.map((name) => ({ name, kind: 'string' }));
const dates = (...names: readonly string[]): readonly Attribute[] => names.map((name) => ({ name, kind: 'dateTime' }));
const valued: readonly Attribute[] = [...strings('value', 'type', 'display'), { name: 'primary', kind: 'boolean' }];

const USERS: Vocabulary = {
  urn: USER,
  single: [
    ...strings('userName', 'displayName', 'nickName', 'title', 'externalId', 'id', 'userType', 'locale', 'timezone'),
    ...strings('name.familyName', 'name.givenName', 'name.formatted', 'meta.resourceType'),
    ...strings(`${ENTERPRISE}:department`, `${ENTERPRISE}:employeeNumber`, `${ENTERPRISE}:manager.value`),
    ...dates('meta.created', 'meta.lastModified'),
    { name: 'active', kind: 'boolean' },
  ],
  lists: [
    { name: 'emails', parts: valued },
    { name: 'phoneNumbers', parts: valued },
    { name: 'roles', parts: valued },
    { name: 'ims', parts: valued },
    { name: 'addresses', parts: strings('locality', 'country', 'type', 'formatted') },
    { name: 'groups', parts: strings('value', 'display', 'type') },
  ],
  complex: ['name', 'emails', 'addresses', 'groups', 'meta', `${ENTERPRISE}:manager`],
};

const GROUPS: Vocabulary = {
  urn: GROUP,
  single: [
    ...strings('displayName', 'externalId', 'id', 'meta.resourceType'),
    ...dates('meta.created', 'meta.lastModified'),
  ],
  lists: [{ name: 'members', parts: strings('value', 'type') }],
  complex: ['members', 'meta'],
};

const OPERATORS: Readonly<Record<Kind, readonly string[]>> = {
  string: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  boolean: ['eq', 'ne'],
  dateTime: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  reference: ['eq', 'ne'],
};

const UNKNOWN = [
  'nope',
  'constructor',
  'toString',
  'emails.nope',
  'name.__proto__',
  'urn:x:y:z',
  'hasOwnProperty',
  'meta.x',
];

/** A filter that the grammar and the schemas allow. */
export function validFilter(random: SeededRandom, vocabulary: Vocabulary, depth = 0): string {
  const inner = (): string => validFilter(random, vocabulary, depth + 1);
  if (depth >= 4) return validTerm(random, vocabulary);
  return random.weighted<() => string>([
    [6, () => validTerm(random, vocabulary)],
    [1.5, () => `${inner()} ${anyCase(random, 'and')} ${inner()}`],
    [1.5, () => `${inner()} ${anyCase(random, 'or')} ${inner()}`],
    [0.7, () => `not (${inner()})`],
    [0.7, () => `(${inner()})`],
  ])();
}

function validTerm(random: SeededRandom, vocabulary: Vocabulary): string {
  const { urn, single, lists, complex } = vocabulary;
  const qualified = (name: string): string => (name.startsWith('urn:') || random.chance(0.8) ? name : `${urn}:${name}`);
  const list = random.pick(lists);
  return random.weighted<() => string>([
    [6, () => compare(random, random.pick(single), qualified)],
    [1, () => `${anyCase(random, random.pick(complex))} ${anyCase(random, 'pr')}`],
    [2, () => compare(random, prefixed(list, random.pick(list.parts)), qualified)],
    [2, () => `${list.name}[${elementFilter(random, list)}]`],
  ])();
}

const prefixed = ({ name }: ListAttribute, part: Attribute): Attribute => ({ ...part, name: `${name}.${part.name}` });

function elementFilter(random: SeededRandom, { parts }: ListAttribute): string {
  const terms = Array.from({ length: random.between(1, 3) }, () => compare(random, random.pick(parts), (name) => name));
  return terms.join(random.pick([' and ', ' or ']));
}

function compare(random: SeededRandom, { name, kind }: Attribute, qualified: (name: string) => string): string {
  const path = anyCase(random, qualified(name));
  if (random.chance(0.12)) return `${path} pr`;
  return `${path} ${anyCase(random, random.pick(OPERATORS[kind]))} ${literal(random, kind)}`;
}

function literal(random: SeededRandom, kind: Kind): string {
  if (kind === 'boolean') return random.pick(['true', 'false']);
  if (kind === 'dateTime') return random.pick(['"2026-01-01T00:00:00Z"', '"2011-05-13T04:42:34.123+02:00"']);
  const text = random.chance(0.5) ? word(random) : anyText(random);
  return JSON.stringify(text.toWellFormed().replaceAll('\0', '').slice(0, 200));
}

const anyCase = (random: SeededRandom, text: string): string => (random.chance(0.1) ? text.toUpperCase() : text);

function unknownFilter(random: SeededRandom, vocabulary: Vocabulary): string {
  const term = `${random.pick(UNKNOWN)} ${random.pick(['eq "x"', 'pr', 'co "x"', 'gt 1'])}`;
  const valid = validTerm(random, vocabulary);
  return random.pick([term, `${valid} or ${term}`, `${term} and ${valid}`, `not (${term})`, `emails[${term}]`]);
}

/** Filters that would cost much to parse, plan or run. */
function bomb(random: SeededRandom): string {
  return random.pick([
    `${'('.repeat(200)}id pr${')'.repeat(200)}`,
    `${'not ('.repeat(60)}id pr${')'.repeat(60)}`,
    Array.from({ length: 300 }, (_, index) => `id eq "${index}"`).join(' or '),
    Array.from({ length: 200 }, (_, index) => `displayName co "${index}"`).join(' and '),
    `displayName eq "${'x'.repeat(9_000)}"`,
    `displayName co "${'%_'.repeat(2_000)}"`,
    `${'a.'.repeat(500)}b eq 1`,
    `${'a'.repeat(8_000)} pr`,
    `emails[${'emails['.repeat(40)}value pr${']'.repeat(41)}`,
    '"'.repeat(5_000),
    '\\'.repeat(3_001),
  ]);
}

interface MadeFilter {
  readonly text: string;
  readonly owes?: Owed;
}

function anyFilter(random: SeededRandom, vocabulary: Vocabulary): MadeFilter {
  return random.weighted<() => MadeFilter>([
    [5, () => ({ text: validFilter(random, vocabulary), owes: 'success' })],
    [4, () => ({ text: mutate(random, validFilter(random, vocabulary)) })],
    [1.5, () => ({ text: unknownFilter(random, vocabulary), owes: 'invalidFilter' })],
    [0.5, () => ({ text: bomb(random) })],
    [1, () => ({ text: anyText(random) })],
  ])();
}

/** Filters in the URL, in search requests of one type, and at the root. */
export function filterCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const [path, vocabulary] = random.pick([['/Users', USERS] as const, ['/Groups', GROUPS] as const]);
  const { text, owes } = anyFilter(random, vocabulary);
  const fits = encodeUrl(text).length < 24_000;
  if (fits && random.chance(0.7)) {
    const target = `${path}?count=${random.between(0, 20)}&filter=${encodeUrl(text)}`;
    return scimCase(making, 'filter', { prey, method: 'GET', path: target, owes: text === '' ? undefined : owes });
  }
  const atRoot = random.chance(0.3);
  const body = JSON.stringify({ schemas: [SEARCH], filter: text, count: random.between(0, 20) });
  const search = { prey, method: 'POST', path: `${atRoot ? '' : path}/.search`, body };
  return scimCase(making, 'filter', { ...search, owes: atRoot ? undefined : owes });
}

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** A filter for a path of PATCH. */
export function valuePath(random: SeededRandom): string {
  const list = random.pick([...USERS.lists, ...GROUPS.lists]);
  const path = `${list.name}[${elementFilter(random, list)}]`;
  return random.chance(0.5) ? `${path}.${random.pick(list.parts).name}` : path;
}
