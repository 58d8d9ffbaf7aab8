/**
 * The baseline: the same HTTP server with handlers that run the one SQL statement that the operation
 * cannot do without, and answer the same bytes. No token, no schema, no history: what is left is what
 * nobody can save.
 *
 *   node benchmarks/bare-server.ts DATABASE_URL TENANT
 */
import Fastify from 'fastify';
import pg from 'pg';

const [databaseUrl, tenant] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const app = Fastify();
app.addContentTypeParser('application/scim+json', { parseAs: 'string' }, (_request, body, done) =>
  done(null, JSON.parse(String(body))),
);

const GROUPS = `(SELECT json_agg(json_build_object('value', g.id, 'display', g.label, 'type', 'direct'))::text
  FROM member m JOIN resource g ON g.tenant = m.tenant AND g.id = m.group_id WHERE m.tenant = r.tenant AND m.member_id = r.id) AS groups`;
const COLUMNS = `r.id, r.version, r.created, r.modified, r.data::text AS data, ${GROUPS}`;
const FIND = {
  name: 'find',
  text: `SELECT ${COLUMNS} FROM resource r WHERE tenant = $1 AND id = $2 AND type = 'User'`,
};
const FIND_BY_NAME = {
  name: 'find-by-name',
  text: `SELECT ${COLUMNS} FROM resource r WHERE tenant = $1 AND user_name = $2`,
};
const INSERT = {
  name: 'insert',
  text: `INSERT INTO resource (tenant, id, type, active, user_name, label, data, search, created, modified)
    VALUES ($1, gen_random_uuid(), 'User', true, $2::text, $2::text, $3::text::json, $3::text::jsonb, now(), now()) RETURNING id, created`,
};
const PATCH = {
  name: 'patch',
  text: `UPDATE resource r SET version = version + 1, active = $3, modified = now(),
      data = jsonb_set(data::jsonb, '{active}', to_jsonb($3::boolean))::json, search = jsonb_set(search, '{active}', to_jsonb($3::boolean))
    WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`,
};
const ADD = {
  name: 'add',
  text: `INSERT INTO member (tenant, group_id, member_id, member_type) VALUES ($1, $2, $3, 'User') ON CONFLICT DO NOTHING`,
};

interface Row {
  readonly id: string;
  readonly version: string;
  readonly created: Date;
  readonly modified: Date;
  readonly data: string;
  readonly groups: string | null;
}

const text = (row: Row): string =>
  `{"id":"${row.id}",${row.data.slice(1, -1)}${row.groups ? `,"groups":${row.groups}` : ''},"meta":{"resourceType":"User","created":"${row.created.toISOString()}","lastModified":"${row.modified.toISOString()}","location":"http://localhost:8400/scim/v2/acme/Users/${row.id}","version":"W/\\"${row.version}\\""}}`;

const type = 'application/scim+json; charset=utf-8';

app.get<{ Params: { id: string } }>('/Users/:id', async (request, reply) => {
  const { rows } = await pool.query<Row>({ ...FIND, values: [tenant, request.params.id] });
  return reply.header('content-type', type).send(rows[0] ? text(rows[0]) : '{}');
});
app.get<{ Querystring: { filter: string } }>('/Users', async (request, reply) => {
  const name = request.query.filter.slice('userName eq "'.length, -1);
  const { rows } = await pool.query<Row>({ ...FIND_BY_NAME, values: [tenant, name] });
  const head =
    '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"startIndex":1,"itemsPerPage":1,"Resources":[';
  return reply.header('content-type', type).send(`${head}${rows.map(text).join(',')}]}`);
});
app.post<{ Body: Record<string, unknown> }>('/Users', async (request, reply) => {
  const data = JSON.stringify(request.body);
  const { rows } = await pool.query<{ id: string; created: Date }>({
    ...INSERT,
    values: [tenant, request.body.userName, data],
  });
  const [row] = rows;
  if (!row) return reply.code(500).send();
  return reply
    .code(201)
    .header('content-type', type)
    .send(text({ ...row, modified: row.created, version: '1', data, groups: null }));
});
app.patch<{ Params: { id: string }; Body: { Operations: { value: boolean }[] } }>(
  '/Users/:id',
  async (request, reply) => {
    const active = request.body.Operations[0]?.value;
    const { rows } = await pool.query<Row>({ ...PATCH, values: [tenant, request.params.id, active] });
    return reply.header('content-type', type).send(rows[0] ? text(rows[0]) : '{}');
  },
);
app.patch<{ Params: { id: string }; Body: { Operations: { value: { value: string }[] }[] } }>(
  '/Groups/:id',
  async (request, reply) => {
    await pool.query({ ...ADD, values: [tenant, request.params.id, request.body.Operations[0]?.value[0]?.value] });
    return reply.code(204).send();
  },
);

console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
const stop = async (): Promise<void> => {
  await app.close();
  await pool.end();
};
process.on('SIGTERM', () => void stop());
