import assert from 'node:assert/strict';
import { type Database, sql, statement } from '@rollcall/storage';
import { create, patch, search, USER, user } from './bodies.ts';
import type { TestEndpoint } from './endpoint.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Every way in which a body reaches a parser, with `text` as the value of an attribute, as JSON. */
const doors = (
  id: string,
  json: string,
): readonly (readonly [method: 'POST' | 'PUT' | 'PATCH', path: string, body: string])[] => [
  ['POST', '/Users', `{"schemas":["${USER}"],"userName":"new","title":${json}}`],
  ['PUT', `/Users/${id}`, `{"schemas":["${USER}"],"userName":"ann","title":${json}}`],
  ['PATCH', `/Users/${id}`, JSON.stringify(patch({ op: 'add', path: 'title', value: 'X' })).replace('"X"', json)],
  ['POST', '/Users/.search', JSON.stringify(search({ filter: 'X' })).replace('"X"', json)],
  [
    'POST',
    '/Bulk',
    `{"schemas":["${BULK}"],"Operations":[{"method":"POST","path":"/Users","bulkId":"b","data":{"schemas":["${USER}"],"userName":"new","title":${json}}}]}`,
  ],
];

/** Sends one text through every door: each refuses it with one of these, and nothing is written. */
export async function refusedEverywhere(
  db: Database,
  endpoint: TestEndpoint,
  json: string,
  scimTypes: readonly string[],
): Promise<void> {
  const id = await create(endpoint, '/Users', user('ann'));
  const before = await rows(db, endpoint);
  for (const [method, path, body] of doors(id, json)) {
    const answer = await endpoint.ask(method, path, body);
    assert.equal(answer.status, 400, `${path} ${json.slice(0, 60)} ${answer.text.slice(0, 200)}`);
    assert.ok(scimTypes.includes(answer.json.scimType), `${path} ${answer.json.scimType}`);
  }
  assert.equal(await rows(db, endpoint), before);
  assert.deepEqual(endpoint.errors, []);
}

async function rows(db: Database, { tenant }: TestEndpoint): Promise<number> {
  const result = await db.query<{ n: number }>(
    statement(
      sql`SELECT (SELECT count(*) FROM history WHERE tenant = ${tenant}) + (SELECT count(*) FROM resource WHERE tenant = ${tenant}) AS n`,
    ),
  );
  return result.rows[0]?.n ?? 0;
}
