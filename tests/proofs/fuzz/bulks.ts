import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { GROUP, type Prey, USER } from './ground.ts';
import { jsonText } from './json-texts.ts';
import { patchBody } from './resources.ts';
import { anyId, type Making, pickPrey, scimCase } from './scim-case.ts';
import { anyText, mutate, word } from './texts.ts';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const BULK_IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Bulk requests: references in every direction, paths that lead elsewhere, limits. */
export function bulkCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const count = random.chance(0.005) ? 1_001 : random.between(1, 6);
  const operations = Array.from({ length: count }, (_, index) => operation(random, prey, index)).join(',');
  const failOnErrors = random.chance(0.4)
    ? `,"failOnErrors":${random.pick(['1', '2', '3', '5', '1', '2', '3', '0', '-1', '1e9', '"1"', 'null'])}`
    : '';
  const body = `{"schemas":["${BULK_REQUEST}"],"Operations":[${operations}]${failOnErrors}}`;
  const sent = random.chance(0.08) ? mutate(random, body) : body;
  return scimCase(making, 'bulk', { prey, method: 'POST', path: '/Bulk', body: sent });
}

function operation(random: SeededRandom, prey: Prey, index: number): string {
  if (random.chance(0.02)) return jsonText(random, 2);
  const bulkId = random.chance(0.95) ? BULK_IDS[index % BULK_IDS.length] : random.pick(BULK_IDS);
  const method = random.chance(0.97)
    ? random.pick(['POST', 'POST', 'PUT', 'PATCH', 'DELETE'])
    : random.pick(['post', 'GET', '']);
  const parts = [
    `"method":${JSON.stringify(method)}`,
    `"path":${JSON.stringify(anyPath(random, prey, method))}`,
    ...(random.chance(0.95) ? [`"bulkId":${JSON.stringify(bulkId)}`] : []),
    ...(method === 'DELETE' || random.chance(0.01) ? [] : [`"data":${data(random, prey, method)}`]),
    ...(random.chance(0.1) ? [`"version":${JSON.stringify(random.pick(['W/"1"', '*', '', anyText(random)]))}`] : []),
  ];
  return `{${parts.join(',')}}`;
}

function anyPath(random: SeededRandom, prey: Prey, method: string): string {
  const user = anyId(random, prey.userIds);
  return random.weighted<() => string>([
    [12, () => (method === 'POST' ? random.pick(['/Users', '/Groups']) : `/Users/${user}`)],
    [method === 'POST' ? 0.1 : 2, () => `/Groups/${anyId(random, prey.groupIds)}`],
    [method === 'POST' ? 0.1 : 1, () => `/Users/bulkId:${random.pick(BULK_IDS)}`],
    [
      0.4,
      () =>
        random.pick([
          '/Bulk',
          '/../Users',
          '//Users',
          'Users',
          '/Me',
          '/Users/',
          'https://evil.test/Users',
          '',
          '/.search',
        ]),
    ],
    [0.1, () => anyText(random)],
  ])();
}

function data(random: SeededRandom, prey: Prey, method: string): string {
  const reference = (): string =>
    JSON.stringify(
      `bulkId:${random.pick([...BULK_IDS.slice(0, 3), ...BULK_IDS.slice(0, 3), ...BULK_IDS, 'nobody', ''])}`,
    );
  return random.weighted<() => string>([
    [method === 'PATCH' ? 8 : 0.2, () => patchBody(random, prey, random.pick(['User', 'Group']))],
    [4, () => `{"schemas":["${USER}"],"userName":"bulk-${word(random)}"}`],
    [2, () => `{"schemas":["${GROUP}"],"displayName":"bulk-${word(random)}","members":[{"value":${reference()}}]}`],
    [1, () => `{"schemas":["${USER}"],"userName":"bulk-${word(random)}","manager":{"value":${reference()}}}`],
    [1, () => jsonText(random, 2)],
  ])();
}
