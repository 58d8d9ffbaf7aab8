import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { USER } from './ground.ts';
import { anyId, type Making, pickPrey, scimCase } from './scim-case.ts';
import { anyText, mutate, word } from './texts.ts';

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '1E+2',
  '0.1e1',
  '00',
  '1.',
  '.5',
];
const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  'id',
  'ID',
  'schemas',
  'Schemas',
  'meta',
];

/** JSON text of any shape, written directly: an object in memory has no double names and no lone surrogates. */
export function jsonText(random: SeededRandom, depth = 0): string {
  const roll = depth > 4 ? random.next() * 0.6 : random.next();
  if (roll < 0.35) return jsonString(random);
  if (roll < 0.5) return random.pick(NUMBERS);
  if (roll < 0.6) return random.pick(['true', 'false', 'null']);
  const length = random.between(0, 4);
  if (roll < 0.75) return `[${Array.from({ length }, () => jsonText(random, depth + 1)).join(',')}]`;
  return `{${Array.from({ length }, () => `${jsonName(random)}:${jsonText(random, depth + 1)}`).join(',')}}`;
}

const jsonString = (random: SeededRandom): string =>
  random.chance(0.05)
    ? random.pick(['"\\ud800"', '"\\u0000"', '"\\x41"', '"\t"', '"\\udc00\\ud800"', '"unterminated'])
    : JSON.stringify(anyText(random));

const jsonName = (random: SeededRandom): string => {
  const name = random.chance(0.4) ? random.pick(HOSTILE_NAMES) : word(random);
  return random.chance(0.1) ? `"${[...name].map(escapeFully).join('')}"` : JSON.stringify(name);
};

/** A name in escapes is the same name. */
const escapeFully = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Bodies whose bytes are the trouble. */
const BYTES: readonly ((random: SeededRandom) => Buffer)[] = [
  (random) => Buffer.from('['.repeat(random.pick([33, 1_000, 100_000]))),
  (random) => Buffer.from('{"a":'.repeat(random.pick([33, 5_000, 100_000]))),
  (random) => {
    const depth = random.pick([31, 32, 33, 7_000]);
    return Buffer.from(`{"schemas":["${USER}"],"userName":"deep","x":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  },
  () => Buffer.from('{"userName":"a","userName":"b"}'),
  () => Buffer.from('{"userName":"a","USERNAME":"b"}'),
  () => Buffer.from('{"userName":"a","user\\u004eame":"b"}'),
  () => Buffer.from(`\ufeff{"schemas":["${USER}"],"userName":"bom"}`),
  () => Buffer.from('{"userName":"utf-16"}', 'utf16le'),
  () => Buffer.concat([Buffer.from('{"userName":"'), Buffer.from([0xff, 0xfe, 0xc0, 0xaf]), Buffer.from('"}')]),
  () => Buffer.concat([Buffer.from('{"userName":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
  () => Buffer.from('{"userName":"a"}{"userName":"b"}'),
  () => Buffer.from('// comment\n{"userName":"a"}'),
  () => Buffer.from("{'userName':'a'}"),
  () => Buffer.from('{"userName":"a",}'),
  () => Buffer.from(`${' '.repeat(100_000)}{}`),
  () => Buffer.from(`{"userName":"${'x'.repeat(200_000)}"}`),
  () => Buffer.from(`{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":1`).join(',')}}`),
  () => Buffer.from(`{"emails":[${Array.from({ length: 5_000 }, () => '{"value":"a@b.test"}').join(',')}]}`),
  () => Buffer.from(`{"n":${'9'.repeat(50_000)}}`),
  () => Buffer.from(''),
  () => Buffer.from('\0'),
  (random) => Buffer.from(Array.from({ length: 40 }, () => random.below(256))),
];

/** Bodies that are no JSON, JSON of any shape, or JSON that programs read in different ways. */
export function jsonCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const [method, path] = random.pick([
    ['POST', '/Users'],
    ['POST', '/Groups'],
    ['POST', '/Bulk'],
    ['POST', '/.search'],
    ['POST', '/Users/.search'],
    ['PUT', `/Users/${anyId(random, prey.userIds)}`],
    ['PATCH', `/Users/${anyId(random, prey.userIds)}`],
    ['PATCH', `/Groups/${anyId(random, prey.groupIds)}`],
  ] as const);
  return scimCase(making, 'json', { prey, method, path, body: anyBody(random) });
}

function anyBody(random: SeededRandom): Buffer {
  if (random.chance(0.25)) return random.pick(BYTES)(random);
  const text = jsonText(random);
  return Buffer.from(random.chance(0.3) ? mutate(random, text) : text);
}

/** More than one body may hold: the server need not read it to its end. */
export function hugeBodyCase(making: Making): FuzzCase {
  const prey = pickPrey(making);
  const path = making.random.pick(['/Users', '/Bulk', '/Groups']);
  const body = Buffer.alloc(path === '/Bulk' ? 4_300_000 : 1_100_000, 0x20);
  return scimCase(making, 'huge body', { prey, method: 'POST', path, body, owes: 'refusal', mayClose: true });
}
