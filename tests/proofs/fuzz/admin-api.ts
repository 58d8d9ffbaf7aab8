import { listOf, memberOf } from '../support/json-members.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase, FuzzRequest } from './fuzz-case.ts';
import type { Ground } from './ground.ts';
import { jsonText } from './json-texts.ts';
import type { Making } from './scim-case.ts';
import { anyText, encodeUrl, mutate, word } from './texts.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly query: readonly string[];
}

/** Erasing and ending is tried by its own tests: here it would take the ground away. */
const NEVER: readonly RegExp[] = [/^delete \/api\/v1\/tenants\/\{tenant\}$/, /^delete \/api\/v1\/api-keys\//];

/** Reads the operations of the admin API as the server describes them, so that none is forgotten. */
async function readOperations(ground: Ground): Promise<readonly Operation[]> {
  const reply = await fetch(`${ground.server.url}/api/v1/openapi.json`);
  const paths = memberOf(await reply.json(), 'paths');
  const found = entriesOf(paths).flatMap(([path, methods]) =>
    entriesOf(methods).map(([method, operation]) => ({ method, path, ...describe(operation) })),
  );
  if (found.length === 0) throw new Error('/api/v1/openapi.json describes no operation');
  return found.filter(({ method, path }) => !NEVER.some((never) => never.test(`${method} ${path}`)));
}

function describe(operation: unknown): Pick<Operation, 'body' | 'query'> {
  const content = memberOf(memberOf(operation, 'requestBody'), 'content');
  const parameters = memberOf(operation, 'parameters');
  const query = (Array.isArray(parameters) ? parameters : [])
    .filter((parameter) => memberOf(parameter, 'in') === 'query')
    .map((parameter) => String(memberOf(parameter, 'name')));
  return { body: memberOf(memberOf(content, 'application/json'), 'schema'), query };
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** Ids of what the fuzz has made in its tenant, by the name of the parameter that takes them. */
type KnownIds = ReadonlyMap<string, readonly string[]>;

/** Requests to every operation of the admin API, with bodies after their schemas, and beside them. */
export class AdminCases {
  readonly #ground: Ground;
  readonly #operations: readonly Operation[];
  #ids: KnownIds = new Map();

  private constructor(ground: Ground, operations: readonly Operation[]) {
    this.#ground = ground;
    this.#operations = operations;
  }

  static async prepare(ground: Ground): Promise<AdminCases> {
    return new AdminCases(ground, await readOperations(ground));
  }

  /** Looks up what there is by now, so that requests reach it. */
  async refresh(): Promise<void> {
    const lists = this.#operations.filter(
      ({ method, path }) => method === 'get' && /^[^{]+\{tenant\}\/[\w-]+$/.test(path),
    );
    const found = await Promise.all(
      lists.map(async ({ path }) => [parameterOf(path), await this.#listIds(path)] as const),
    );
    const ids = found.flatMap(([name, each]) => each.map((id) => [name, id] as const));
    const byName = Map.groupBy(ids, ([name]) => name);
    this.#ids = new Map([...byName].map(([name, entries]) => [name, entries.map(([, id]) => id)]));
  }

  case({ random, ground }: Making): FuzzCase {
    return adminCase(random, ground, { operation: random.pick(this.#operations), ids: this.#ids });
  }

  async #listIds(path: string): Promise<readonly string[]> {
    const { server, adminTenant } = this.#ground;
    const url = `${server.url}${path.replace('{tenant}', adminTenant.slug)}?limit=50`;
    const reply = await fetch(url, { headers: { Authorization: `Bearer ${server.operatorKey}` } });
    return listOf(await reply.json(), 'items').map((item) => String(memberOf(item, 'id')));
  }
}

/** `/…/applications` lists what `{application}` names; tokens, keys and users are named `{id}`. */
function parameterOf(path: string): string {
  const word = path.slice(path.lastIndexOf('/') + 1).replace(/s$/, '');
  return ['source', 'application', 'job'].includes(word) ? word : 'id';
}

interface Aim {
  readonly operation: Operation;
  readonly ids: KnownIds;
}

function adminCase(random: SeededRandom, ground: Ground, { operation, ids }: Aim): FuzzCase {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    parameter(random, ground, ids.get(name), name),
  );
  const query = operation.query.map((name) => `${name}=${encodeUrl(queryValue(random))}`);
  const asked = random.some(query, random.between(0, query.length)).join('&');
  const body = operation.body === undefined || random.chance(0.03) ? undefined : anyBody(random, operation.body);
  const request: FuzzRequest = {
    method: operation.method.toUpperCase(),
    target: asked === '' ? path : `${path}?${asked}`,
    headers: [
      ['Host', `localhost:${ground.port}`],
      ['Authorization', `Bearer ${ground.server.operatorKey}`],
      ...(body === undefined ? [] : ([['Content-Type', 'application/json']] as const)),
    ],
    body: body === undefined ? undefined : Buffer.from(body),
  };
  return { kind: 'request', family: 'admin', request };
}

function parameter(random: SeededRandom, ground: Ground, known: readonly string[] | undefined, name: string): string {
  if (random.chance(0.1)) return encodeUrl(anyText(random)) || 'x';
  if (name === 'tenant') return ground.adminTenant.slug;
  return known === undefined || random.chance(0.1) ? word(random) : encodeUrl(random.pick(known));
}

const queryValue = (random: SeededRandom): string =>
  random.pick(['1', '0', '-1', '500', '501', 'abc', '', '1e9', anyText(random)]);

function anyBody(random: SeededRandom, schema: unknown): string {
  const body = random.chance(0.1) ? jsonText(random) : schemaText(random, schema, 0);
  return random.chance(0.08) ? mutate(random, body) : body;
}

const DEPTH_MAX = 6;

/** JSON text that a schema allows, here and there with something else in it. */
function schemaText(random: SeededRandom, schema: unknown, depth: number): string {
  if (depth > DEPTH_MAX || random.chance(0.06)) return jsonText(random, 3);
  const choices = memberOf(schema, 'anyOf') ?? memberOf(schema, 'oneOf');
  if (Array.isArray(choices)) return schemaText(random, random.pick(choices), depth + 1);
  const words = memberOf(schema, 'enum');
  if (Array.isArray(words)) return JSON.stringify(random.pick(words));
  switch (memberOf(schema, 'type')) {
    case 'object':
      return objectOf(random, schema, depth);
    case 'array':
      return `[${Array.from({ length: random.between(0, 3) }, () => schemaText(random, memberOf(schema, 'items'), depth + 1)).join(',')}]`;
    case 'boolean':
      return random.pick(['true', 'false']);
    case 'integer':
    case 'number':
      return random.pick(['0', '1', '30', '-1', '1e9', '1.5']);
    default:
      return stringOf(random, schema);
  }
}

function objectOf(random: SeededRandom, schema: unknown, depth: number): string {
  const members = entriesOf(memberOf(schema, 'properties'))
    // The fuzz needs its tenant switched on.
    .filter(([name]) => name !== 'disabled' && random.chance(0.75))
    .map(([name, of]) => `${JSON.stringify(name)}:${schemaText(random, of, depth + 1)}`);
  if (random.chance(0.05)) members.push(`${JSON.stringify(anyText(random))}:${jsonText(random, 3)}`);
  return `{${members.join(',')}}`;
}

function stringOf(random: SeededRandom, schema: unknown): string {
  if (memberOf(schema, 'format') === 'date-time') {
    return random.pick(['"2030-01-01T00:00:00Z"', '"1999-01-01T00:00:00Z"', '"never"', '"+99999-01-01T00:00:00Z"']);
  }
  return JSON.stringify(random.chance(0.6) ? `fuzz-${word(random)}` : anyText(random));
}
