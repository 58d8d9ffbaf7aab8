import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { anyId, type Making, pickPrey, scimCase } from './scim-case.ts';
import { anyText, encodeUrl, word } from './texts.ts';

const NAMES = [
  'userName',
  'emails',
  'emails.value',
  'name.familyName',
  'members',
  'groups',
  'meta',
  'id',
  'schemas',
  'password',
];
const NUMBERS = [
  '0',
  '1',
  '-1',
  '2',
  '100',
  '1001',
  '2147483648',
  '9007199254740993',
  '1e3',
  '0x10',
  ' 1',
  '+5',
  '',
  'abc',
  '1.5',
];

/** Parameters of lists. */
export function queryCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const pairs = Array.from({ length: random.between(0, 5) }, () => parameter(random)).join('&');
  const id = anyId(random, prey.userIds);
  const path = random.pick([
    '/Users',
    '/Groups',
    `/Users/${id}`,
    '/Schemas',
    '/ResourceTypes',
    '/ServiceProviderConfig',
  ]);
  return scimCase(making, 'query', { prey, method: 'GET', path: `${path}?${pairs}` });
}

function parameter(random: SeededRandom): string {
  const names = (): string => random.some(NAMES, random.between(0, 3)).join(random.pick([',', ', ', ',,', ' ']));
  const [name, value] = random.weighted<() => readonly [string, string]>([
    [2, () => ['attributes', names()]],
    [2, () => ['excludedAttributes', names()]],
    [2, () => ['sortBy', random.chance(0.7) ? random.pick(NAMES) : anyText(random)]],
    [1, () => ['sortOrder', random.pick(['ascending', 'descending', 'DESCENDING', 'x', ''])]],
    [2, () => ['startIndex', random.pick(NUMBERS)]],
    [2, () => ['count', random.pick(NUMBERS)]],
    [2, () => ['cursor', random.chance(0.4) ? '' : random.chance(0.5) ? word(random) : anyText(random)]],
    [1, () => ['filter', random.pick(['userName pr', 'active eq true', 'displayName sw "P"', ''])]],
    [1, () => [anyText(random), anyText(random)]],
  ])();
  const shown = random.chance(0.1) ? name.toUpperCase() : name;
  return random.chance(0.05)
    ? `${shown}=%${random.pick(['', 'z', 'ff', 'c0%af', 'ed%a0%80'])}`
    : `${encodeUrl(shown)}=${encodeUrl(value)}`;
}
