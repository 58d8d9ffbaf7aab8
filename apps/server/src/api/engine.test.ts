import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { guideSchema } from '@rollcall/engine';
import type { Database } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { CycleRunner } from '../engine/cycle-runner.ts';
import { createLogger } from '../http/logger.ts';
import { openHeldApplication } from '../testing/held-application.ts';
import { type Answer, openTestApp, type TestApp } from '../testing/test-app.ts';

const CANARY = 'canary-token-4711';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const USERS = [
  'objectId,userPrincipalName,displayName,accountEnabled',
  'u1,ada@example.com,Ada,true',
  'u2,bo@example.com,Bo,true',
];
const GROUPS = ['objectId,displayName,members', 'g1,Makers,u1;u2'];

const csv = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

eachDatabase('the engine by the admin API', (open) => {
  let app: TestApp;
  let database: Database;
  let root: string;
  let serverUrl: string;

  before(async () => {
    database = await open();
    root = await mkdtemp(join(tmpdir(), 'rollcall-engine-'));
    app = await openTestApp(database, { environment: { ROLLCALL_SOURCE_FOLDERS: root } });
    await app.server.listen({ host: '127.0.0.1', port: 0 });
    serverUrl = `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await app.close();
    await rm(root, { recursive: true, force: true });
  });

  let tenants = 0;

  interface Setup {
    readonly tenant: string;
    readonly base: string;
    readonly folder: string;
    readonly sourceId: string;
    readonly applicationId: string;
    readonly jobId: string;
    /** A provisioning token of the tenant's endpoint. */
    readonly token: string;
  }

  async function newTenant(): Promise<{ tenant: string; base: string; folder: string }> {
    tenants += 1;
    const tenant = `e${tenants}`;
    assert.equal((await app.ask('POST', '/api/v1/tenants', { body: { slug: tenant, name: tenant } })).status, 201);
    const folder = join(root, tenant);
    await mkdir(folder);
    await writeFile(join(folder, 'users.csv'), csv(USERS));
    await writeFile(join(folder, 'groups.csv'), csv(GROUPS));
    return { tenant, base: `/api/v1/tenants/${tenant}`, folder };
  }

  async function create(path: string, body: unknown): Promise<Answer> {
    const created = await app.ask('POST', path, { body });
    assert.equal(created.status, 201, created.text);
    return created;
  }

  const files = { usersFile: 'users.csv', groupsFile: 'groups.csv' };

  async function setUp({ settings = { scope: 'all' }, tenantUrl = '' } = {}): Promise<Setup> {
    const { tenant, base, folder } = await newTenant();
    const { token } = (await create(`${base}/provisioning-tokens`, { name: 'engine' })).json;
    const source = await create(`${base}/sources`, { name: 'HR', kind: 'csv', settings: files });
    const application = await create(`${base}/applications`, {
      name: 'ours',
      tenantUrl: tenantUrl || `${serverUrl}/scim/v2/${tenant}`,
      secretToken: tenantUrl === '' ? token : CANARY,
    });
    const [sourceId, applicationId] = [source.json.id, application.json.id];
    const job = await create(`${base}/jobs`, { sourceId, applicationId, settings });
    return { tenant, base, folder, sourceId, applicationId, jobId: job.json.id, token };
  }

  /** Runs a cycle to its end. */
  async function runCycle({ base, jobId }: Setup): Promise<Answer> {
    const begun = await app.ask('POST', `${base}/jobs/${jobId}/cycles`);
    assert.equal(begun.status, 202, begun.text);
    await app.engine.cycles.settled();
    return app.ask('GET', `${base}/jobs/${jobId}/cycles/${begun.json.id}`);
  }

  async function totalResults({ tenant, token }: Setup, type: string): Promise<number> {
    return (await app.ask('GET', `/scim/v2/${tenant}/${type}`, { key: token })).json.totalResults;
  }

  test('a directory becomes accounts and groups of the endpoint; a second cycle sends nothing', async () => {
    const setup = await setUp();
    const first = await runCycle(setup);
    const { kind, state, stage, counts, progress, sourceComplete } = first.json;
    assert.deepEqual([kind, state, stage, sourceComplete], ['initial', 'completed', 'finished', true]);
    assert.deepEqual([counts.users.created, counts.groups.created, counts.members.added], [2, 1, 2]);
    assert.equal(progress.done, progress.total);
    assert.ok(counts.requests >= 4);
    assert.deepEqual([await totalResults(setup, 'Users'), await totalResults(setup, 'Groups')], [2, 1]);

    const second = await runCycle(setup);
    assert.deepEqual([second.json.kind, second.json.counts.requests], ['incremental', 0]);
    const cycles = await app.ask('GET', `${setup.base}/jobs/${setup.jobId}/cycles`);
    assert.deepEqual(
      cycles.json.items.map(({ id }: { id: string }) => id),
      [second.json.id, first.json.id],
    );
    const job = await app.ask('GET', `${setup.base}/jobs/${setup.jobId}`);
    assert.match(job.json.initialCompletedAt, /^20/);
  });

  test("the ledger is read page by page, with the request and the endpoint's answer", async () => {
    const setup = await setUp();
    const { id } = (await runCycle(setup)).json;
    const path = `${setup.base}/jobs/${setup.jobId}/cycles/${id}/operations`;
    const operations = [];
    for (let cursor = ''; ; ) {
      const { json } = await app.ask('GET', `${path}?limit=2${cursor}`);
      operations.push(...json.items);
      if (json.nextCursor === undefined) break;
      cursor = `&cursor=${json.nextCursor}`;
    }
    assert.deepEqual(
      operations.map(({ kind, objectType, state, status }) => [kind, objectType, state, status]),
      [
        ['create', 'User', 'done', 201],
        ['create', 'User', 'done', 201],
        ['create', 'Group', 'done', 201],
        ['addMembers', 'Group', 'done', 204],
      ],
    );
    assert.deepEqual([operations[0].request.method, operations[0].request.path], ['POST', '/Users']);
    assert.equal(operations[0].request.body.userName, 'ada@example.com');
    assert.equal((await app.ask('GET', `${path}?cursor=x`)).status, 400);
  });

  test('P6 the secret token is in no reply and in no log', async () => {
    const setup = await setUp({ tenantUrl: 'http://127.0.0.1:9/scim' });
    const application = `${setup.base}/applications/${setup.applicationId}`;
    const answers = [
      await app.ask('GET', `${setup.base}/applications`),
      await app.ask('GET', application),
      await app.ask('PATCH', application, { body: { secretToken: `${CANARY}-2` } }),
      await app.ask('POST', `${application}/test`),
      await app.ask('POST', `${setup.base}/applications`, {
        body: { name: 'x', tenantUrl: 'no url', secretToken: CANARY },
      }),
      await runCycle(setup),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200, 400, 200],
    );
    for (const { text } of answers) assert.ok(!text.includes(CANARY), text);
    assert.ok(!app.log.join('').includes(CANARY));
  });

  test('Test Connection says what was asked, what came, and what to do', async () => {
    const setup = await setUp();
    const path = `${setup.base}/applications/${setup.applicationId}`;
    const good = (await app.ask('POST', `${path}/test`)).json;
    assert.deepEqual([good.ok, good.steps.map(({ status }: { status: number }) => status)], [true, [200, 200]]);
    await app.ask('PATCH', path, { body: { secretToken: 'rc_0123456789ab_wrong' } });
    const bad = (await app.ask('POST', `${path}/test`)).json;
    assert.deepEqual([bad.ok, bad.steps.length, bad.steps[0].status], [false, 1, 401]);
    assert.match(bad.steps[0].url, /\/Users\?filter=externalId/);
    assert.match(bad.steps[0].advice, /token/);
  });

  test('P6 a new tenant URL needs the secret token anew', async () => {
    const setup = await setUp();
    const path = `${setup.base}/applications/${setup.applicationId}`;
    const tenantUrl = 'https://elsewhere.example.com/scim';
    const refused = await app.ask('PATCH', path, { body: { tenantUrl } });
    assert.deepEqual([refused.status, refused.json.errors[0].field], [400, 'body.secretToken']);
    const taken = await app.ask('PATCH', path, { body: { tenantUrl, secretToken: 'x' } });
    assert.deepEqual([taken.status, taken.json.tenantUrl], [200, tenantUrl]);
  });

  test('a job has one cycle at a time: of ten that are begun at once, one is', async () => {
    const setup = await setUp();
    const path = `${setup.base}/jobs/${setup.jobId}/cycles`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.ask('POST', path)));
    const begun = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status === 409);
    assert.deepEqual([begun.length, refused.length], [1, 9]);
    for (const { json } of refused) assert.equal(json.type, 'urn:rollcall:problem:cycle-running');
    await app.engine.cycles.settled();
  });

  test('what one process begins, another takes up', async () => {
    const setup = await setUp();
    const { cycleId } = await app.engine.engine.beginCycle(setup);
    const path = `${setup.base}/jobs/${setup.jobId}/cycles`;
    assert.equal((await app.ask('POST', path)).status, 409);
    assert.equal((await app.ask('GET', `${path}/${cycleId}`)).json.state, 'running');
    assert.deepEqual(await app.engine.cycles.runOnce(), { found: 1, taken: 1 });
    await app.engine.cycles.settled();
    assert.equal((await app.ask('GET', `${path}/${cycleId}`)).json.state, 'completed');
    assert.deepEqual(await app.engine.cycles.runOnce(), { found: 0, taken: 0 });
  });

  test('a process that only answers HTTP begins cycles and runs none', async () => {
    const setup = await setUp();
    const answering = new CycleRunner({
      engine: app.engine.engine,
      logger: createLogger({ level: 'silent' }),
      runs: false,
    });
    const { cycleId } = await answering.begin(setup);
    await answering.settled();
    const path = `${setup.base}/jobs/${setup.jobId}/cycles/${cycleId}`;
    const { state, stage, progress } = (await app.ask('GET', path)).json;
    assert.deepEqual([state, stage, progress], ['running', 'import', { done: 0 }]);
    await app.engine.cycles.runOnce();
    await app.engine.cycles.settled();
    assert.equal((await app.ask('GET', path)).json.state, 'completed');
  });

  test('P10 closing stops between two objects, and the next process goes on without a second create', async () => {
    const application = await openHeldApplication();
    const setup = await setUp({ tenantUrl: application.url });
    const logger = createLogger({ level: 'silent' });
    const runnerOf = (): CycleRunner => new CycleRunner({ engine: app.engine.engine, logger, runs: true });
    const first = runnerOf();
    const { cycleId } = await first.begin(setup);
    await application.held;
    const closed = first.close();
    application.release();
    await closed;
    const path = `${setup.base}/jobs/${setup.jobId}/cycles/${cycleId}`;
    assert.equal((await app.ask('GET', path)).json.state, 'running');

    const second = runnerOf();
    assert.deepEqual(await second.runOnce(), { found: 1, taken: 1 });
    await second.settled();
    assert.equal((await app.ask('GET', path)).json.state, 'completed');
    assert.deepEqual([...application.created].sort(), ['g1', 'u1', 'u2']);
    await application.close();
  });

  test('Provisioning Status Off runs no cycle', async () => {
    const setup = await setUp();
    const path = `${setup.base}/jobs/${setup.jobId}`;
    const { schema, settings } = (await app.ask('GET', path)).json;
    const saved = await app.ask('PUT', path, { body: { schema, settings, status: 'off' } });
    assert.deepEqual([saved.status, saved.json.status], [200, 'off'], saved.text);
    const refused = await app.ask('POST', `${path}/cycles`);
    assert.deepEqual([refused.status, refused.json.type], [409, 'urn:rollcall:problem:job-off']);
  });

  test('the guide: a job without a schema has its mappings, and takes them back as they are', async () => {
    const { base, jobId, sourceId, applicationId } = await setUp();
    const path = `${base}/jobs/${jobId}`;
    const { schema } = (await app.ask('GET', path)).json;
    assert.deepEqual(schema, JSON.parse(JSON.stringify(guideSchema())));
    assert.equal((await app.ask('PUT', path, { body: { schema, status: 'on' } })).status, 200);
    const byMail = await create(`${base}/jobs`, { sourceId, applicationId, userNameFrom: 'mail' });
    const [users] = byMail.json.schema.objectMappings;
    assert.deepEqual(users.attributeMappings.at(-1).source, { type: 'direct', attribute: 'mail' });
  });

  test('a schema is refused with every problem, and nothing of it is saved', async () => {
    const setup = await setUp();
    const path = `${setup.base}/jobs/${setup.jobId}`;
    const before = (await app.ask('GET', path)).json;
    const schema = structuredClone(before.schema);
    schema.objectMappings[0].attributeMappings[0].matchingPriority = 0;
    schema.objectMappings[0].attributeMappings[1].source.expression = 'Switch([IsSoftDeleted]';
    const refused = await app.ask('PUT', path, { body: { schema, status: 'on' } });
    assert.equal(refused.status, 400);
    const fields = refused.json.errors.map(({ field }: { field: string }) => field);
    assert.deepEqual(fields, ['body.schema.User.matching', 'body.schema.User.active']);
    assert.deepEqual((await app.ask('GET', path)).json, before);
  });

  test('assigned users and groups are the scope, until they are taken away', async () => {
    const setup = await setUp({ settings: { scope: 'assigned' } });
    const path = `${setup.base}/applications/${setup.applicationId}/assignments`;
    const objects = [
      { type: 'User', id: 'u2' },
      { type: 'Group', id: 'g9' },
    ];
    assert.equal((await app.ask('POST', path, { body: { objects } })).status, 204);
    const page = (await app.ask('GET', `${path}?limit=1`)).json;
    assert.deepEqual(page.items, [{ type: 'Group', id: 'g9' }]);
    const rest = (await app.ask('GET', `${path}?cursor=${page.nextCursor}`)).json;
    assert.deepEqual(rest, { items: [{ type: 'User', id: 'u2' }] });
    assert.equal((await app.ask('GET', `${path}?cursor=nonsense`)).status, 400);
    const { counts } = (await runCycle(setup)).json;
    assert.deepEqual([counts.users.created, counts.groups.created], [1, 0]);
    assert.equal((await app.ask('DELETE', path, { body: { objects } })).status, 204);
    assert.equal((await runCycle(setup)).json.counts.users.disabled, 1);
  });

  test('P12 what failed stands in escrow with its reason', async () => {
    const setup = await setUp();
    await writeFile(join(setup.folder, 'users.csv'), csv([...USERS, 'u3,ADA@example.com,Double,true']));
    const { state, counts } = (await runCycle(setup)).json;
    assert.deepEqual([state, counts.users.created, counts.users.failed], ['completed', 2, 1]);
    const { items } = (await app.ask('GET', `${setup.base}/jobs/${setup.jobId}/escrow`)).json;
    assert.deepEqual([items.length, items[0].errorCode, items[0].failures], [1, 'Conflict', 1]);
  });

  test('a source that cannot be opened ends the cycle as failed, with the reason', async () => {
    const setup = await setUp();
    const { engine } = app.engine;
    const unknown = await engine.createSource({
      tenant: setup.tenant,
      name: 'AD',
      kind: 'carrier-pigeon',
      settings: {},
    });
    const job = {
      tenant: setup.tenant,
      applicationId: setup.applicationId,
      sourceId: unknown.id,
      schema: guideSchema(),
    };
    const { id: jobId } = await engine.saveJob(job);
    const { state, error } = (await runCycle({ ...setup, jobId })).json;
    assert.equal(state, 'failed');
    assert.match(error, /no connector for sources of the kind "carrier-pigeon"/);
  });

  test('a source is tested before it is used', async () => {
    const setup = await setUp();
    const path = `${setup.base}/sources/${setup.sourceId}/test`;
    const good = (await app.ask('POST', path)).json;
    assert.deepEqual([good.ok, /users\.csv: 2 rows/.test(good.detail)], [true, true], good.detail);
    await rm(join(setup.folder, 'users.csv'));
    const bad = (await app.ask('POST', path)).json;
    assert.deepEqual([bad.ok, /no such file/.test(bad.detail)], [false, true], bad.detail);
    const cycle = (await runCycle(setup)).json;
    assert.deepEqual([cycle.state, /no such file/.test(cycle.error)], ['failed', true]);
  });

  const READINGS: readonly [what: string, settings: object][] = [
    ['a file of the machine', { usersFile: '/etc/passwd' }],
    ['a file above the folder', { usersFile: '../e0/users.csv' }],
    ['a control character', { usersFile: 'users.csv\u0000' }],
    ['a setting that the connector lacks', { usersFile: 'users.csv', follow: true }],
    ['no file', {}],
  ];
  for (const [what, settings] of READINGS) {
    test(`a source with ${what} is refused`, async () => {
      const { base } = await newTenant();
      const refused = await app.ask('POST', `${base}/sources`, { body: { name: 'x', kind: 'csv', settings } });
      assert.equal(refused.status, 400, refused.text);
    });
  }

  test('P5 nothing of one tenant is found under another, and what is unknown is 404', async () => {
    const [mine, theirs] = [await setUp(), await setUp()];
    const foreign = [
      ['GET', `/applications/${theirs.applicationId}`],
      ['PATCH', `/applications/${theirs.applicationId}`, { name: 'x' }],
      ['POST', `/applications/${theirs.applicationId}/test`],
      ['GET', `/applications/${theirs.applicationId}/assignments`],
      ['POST', `/applications/${theirs.applicationId}/assignments`, { objects: [{ type: 'User', id: 'u1' }] }],
      ['DELETE', `/applications/${theirs.applicationId}/assignments`, { objects: [{ type: 'User', id: 'u1' }] }],
      ['POST', `/sources/${theirs.sourceId}/test`],
      ['POST', '/jobs', { sourceId: theirs.sourceId, applicationId: mine.applicationId }],
      ['POST', '/jobs', { sourceId: mine.sourceId, applicationId: theirs.applicationId }],
      ['GET', `/jobs/${theirs.jobId}`],
      ['PUT', `/jobs/${theirs.jobId}`, { schema: guideSchema(), status: 'on' }],
      ['POST', `/jobs/${theirs.jobId}/cycles`],
      ['GET', `/jobs/${theirs.jobId}/cycles`],
      ['GET', `/jobs/${theirs.jobId}/escrow`],
      ['GET', `/jobs/${mine.jobId}/cycles/${UNKNOWN}`],
      ['GET', `/jobs/${mine.jobId}/cycles/${UNKNOWN}/operations`],
    ] as const;
    for (const [method, path, body] of foreign) {
      const { status, text } = await app.ask(method, `${mine.base}${path}`, body && { body });
      assert.equal(status, 404, `${method} ${path}: ${text}`);
    }
    for (const list of ['sources', 'applications', 'jobs']) {
      assert.equal((await app.ask('GET', `${mine.base}/${list}`)).json.items.length, 1, list);
      assert.equal((await app.ask('GET', `/api/v1/tenants/none/${list}`)).status, 404, list);
      assert.equal((await app.ask('GET', `${mine.base}/${list}?cursor=1`)).status, 400, list);
    }
    assert.equal((await app.ask('GET', `${mine.base}/jobs/1`)).status, 400);
  });

  test('lists have pages, and every item once', async () => {
    const setup = await setUp();
    for (const name of ['b', 'c', 'd']) await create(`${setup.base}/sources`, { name, kind: 'csv', settings: files });
    const names = [];
    for (let cursor = ''; ; ) {
      const { json } = await app.ask('GET', `${setup.base}/sources?limit=3${cursor}`);
      names.push(...json.items.map(({ name }: { name: string }) => name));
      if (json.nextCursor === undefined) break;
      cursor = `&cursor=${json.nextCursor}`;
    }
    assert.deepEqual(names.sort(), ['HR', 'b', 'c', 'd']);
  });

  test('a tenant is erased with everything that the engine has of it', async () => {
    const setup = await setUp();
    await runCycle(setup);
    assert.equal((await app.ask('DELETE', `${setup.base}?confirm=${setup.tenant}`)).status, 204);
    assert.equal((await app.ask('GET', `${setup.base}/jobs`)).status, 404);
  });
});
