import { GROUP_TYPE, searchDocument, USER_TYPE } from '@rollcall/scim';
import { type Database, sql, statement } from '@rollcall/storage';

const BATCH = 2_000;

/** What a benchmark works on. */
export interface Company {
  readonly tenant: string;
  readonly userIds: readonly string[];
  /** A group with many members, one with ten and one with none. */
  readonly groups: { readonly large: string; readonly small: string; readonly empty: string };
}

/** Fills a tenant with users and groups by bulk inserts: the rows are those that the endpoint writes. */
export async function fillCompany(
  database: Database,
  tenant: string,
  size: { readonly users: number; readonly members: number },
): Promise<Company> {
  const userIds: string[] = [];
  for (let from = 0; from < size.users; from += BATCH) {
    userIds.push(...(await insertUsers(database, tenant, from, Math.min(BATCH, size.users - from))));
  }
  const [large = '', small = '', empty = ''] = await insertGroups(database, tenant, ['Everybody', 'Ten', 'Nobody']);
  await insertMembers(database, tenant, large, userIds.slice(0, size.members));
  await insertMembers(database, tenant, small, userIds.slice(0, 10));
  await database.query(
    statement(
      sql`INSERT INTO resource_count (tenant, type, slot, n) VALUES (${tenant}, 'User', 0, ${size.users}), (${tenant}, 'Group', 0, 3)`,
    ),
  );
  for (const table of ['resource', 'member']) await database.query({ text: `VACUUM ANALYZE ${table}`, values: [] });
  return { tenant, userIds, groups: { large, small, empty } };
}

const userDocument = (index: number) => ({
  schemas: [USER_TYPE.schema.id, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
  externalId: `object-${index}`,
  userName: `user${index}@example.com`,
  name: { givenName: `Given${index % 997}`, familyName: `Family${index % 1009}` },
  displayName: `Given${index % 997} Family${index % 1009}`,
  active: true,
  emails: [{ type: 'work', value: `user${index}@example.com`, primary: true }],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
    department: `Department ${index % 60}`,
    employeeNumber: String(index),
  },
});

async function insertUsers(database: Database, tenant: string, from: number, count: number): Promise<string[]> {
  const documents = Array.from({ length: count }, (_, offset) => userDocument(from + offset));
  const { rows } = await database.query<{ id: string }>(
    statement(sql`INSERT INTO resource (tenant, id, type, active, user_name, external_id, display_name, label, data, search, created, modified)
      SELECT ${tenant}, gen_random_uuid(), 'User', true, d.search ->> 'userName', d.data ->> 'externalId', d.search ->> 'displayName',
        d.data ->> 'displayName', d.data, d.search, now(), now()
      FROM unnest(${documents.map((each) => JSON.stringify(each))}::json[], ${documents.map((each) => JSON.stringify(searchDocument(each, USER_TYPE)))}::jsonb[]) AS d(data, search)
      RETURNING id`),
  );
  return rows.map(({ id }) => id);
}

async function insertGroups(database: Database, tenant: string, names: readonly string[]): Promise<string[]> {
  const documents = names.map((displayName) => ({ schemas: [GROUP_TYPE.schema.id], displayName }));
  const { rows } = await database.query<{ id: string }>(
    statement(sql`INSERT INTO resource (tenant, id, type, display_name, unique_name, label, data, search, created, modified)
      SELECT ${tenant}, gen_random_uuid(), 'Group', d.search ->> 'displayName', d.search ->> 'displayName', d.data ->> 'displayName', d.data, d.search, now(), now()
      FROM unnest(${documents.map((each) => JSON.stringify(each))}::json[], ${documents.map((each) => JSON.stringify(searchDocument(each, GROUP_TYPE)))}::jsonb[]) AS d(data, search)
      RETURNING id`),
  );
  return rows.map(({ id }) => id);
}

async function insertMembers(
  database: Database,
  tenant: string,
  group: string,
  members: readonly string[],
): Promise<void> {
  for (let from = 0; from < members.length; from += BATCH * 10) {
    await database.query(
      statement(sql`INSERT INTO member (tenant, group_id, member_id, member_type)
        SELECT ${tenant}, ${group}::uuid, id, 'User' FROM unnest(${members.slice(from, from + BATCH * 10)}::uuid[]) AS x(id)`),
    );
  }
}
