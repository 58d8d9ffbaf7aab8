import { type Attribute, COMMON_ATTRIBUTES, type JsonObject, parseProjection, type ResourceType } from '@rollcall/scim';
import { type Database, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { listResources } from '../resources/list.ts';
import { represent } from '../resources/represent.ts';
import { POLICY_PRESETS } from '../tenants/policy-presets.ts';

/** A tenant in a database, and what tests need to work in it. */
export interface Fixture {
  readonly tenant: string;
  readonly baseUrl: string;
  /** Of the random parts of this run; printed with a failure, and given back by `ROLLCALL_TEST_SEED`. */
  readonly seed: number;
  context(changes?: Partial<RequestContext>): RequestContext;
  /** Every resource of a type as it is returned. */
  readAll(type: ResourceType): Promise<readonly JsonObject[]>;
}

/** Every attribute by its name, those among them that are returned on request only. */
export function everyName(type: ResourceType): readonly string[] {
  const named = (prefix: string, attributes: readonly Attribute[]): string[] =>
    attributes.flatMap(({ name, subAttributes }) =>
      subAttributes ? subAttributes.map((sub) => `${prefix}${name}.${sub.name}`) : [`${prefix}${name}`],
    );
  return [
    ...named('', COMMON_ATTRIBUTES),
    ...named('', type.schema.attributes),
    ...type.schemaExtensions.flatMap(({ schema }) => named(`${schema.id}:`, schema.attributes)),
  ];
}

export async function openFixture(db: Database, tenant = 'acme'): Promise<Fixture> {
  await db.query(
    statement(sql`INSERT INTO tenant (tenant, name, policy, created_at) VALUES (${tenant}, ${tenant}, '{}', now())`),
  );
  const baseUrl = `http://localhost:8400/scim/v2/${tenant}`;
  const context = (changes: Partial<RequestContext> = {}): RequestContext => ({
    tenant,
    policy: POLICY_PRESETS.entra,
    actor: 'token:test',
    requestId: 'request-1',
    baseUrl,
    now: new Date('2026-01-01T00:00:00Z'),
    ...changes,
  });
  const readAll = async (type: ResourceType): Promise<readonly JsonObject[]> => {
    const selections = [{ type, filter: undefined }];
    const page = await listResources(db, context(), {
      selections,
      sort: undefined,
      count: 10_000,
      offset: 0,
      withGroups: true,
    });
    const texts = await represent(db, context(), page.rows, () => ({
      type,
      projection: parseProjection(type, { attributes: everyName(type) }, { unknown: 'refuse' }),
    }));
    return texts.map((text) => JSON.parse(String(text)));
  };
  const seed = Number(process.env.ROLLCALL_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  return { tenant, baseUrl, seed, context, readAll };
}
