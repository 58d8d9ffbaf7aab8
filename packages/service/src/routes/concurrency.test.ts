import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { GROUP, patch, USER } from '../testing/bodies.ts';
import { type Answer, openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const createUser = async (endpoint: TestEndpoint, userName: string): Promise<string> => {
  const { status, json } = await endpoint.ask('POST', '/Users', { schemas: [USER], userName });
  assert.equal(status, 201);
  return json.id;
};

const createGroup = async (endpoint: TestEndpoint, displayName: string): Promise<Answer> =>
  endpoint.ask('POST', '/Groups', { schemas: [GROUP], displayName });

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

onSharedDatabase('concurrent requests', (open) => {
  test('P2 fifty parallel one-member PATCHes to one group leave fifty members', async () => {
    await using endpoint = await openEndpoint(await open());
    const { json: group } = await createGroup(endpoint, 'crowd');
    const users = await times(50, (index) => createUser(endpoint, `user${index}`));
    const answers = await times(50, (index) =>
      endpoint.ask(
        'PATCH',
        `/Groups/${group.id}`,
        patch({ op: 'add', path: 'members', value: [{ value: users[index] }] }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204]));
    const { json: read } = await endpoint.ask('GET', `/Groups/${group.id}`);
    assert.deepEqual(read.members.map((member: { value: string }) => member.value).sort(), [...users].sort());
    assert.equal(read.meta.version, 'W/"51"');
  });

  test('P2 parallel adds and removals of different members keep every one of them', async () => {
    await using endpoint = await openEndpoint(await open());
    const users = await times(20, (index) => createUser(endpoint, `user${index}`));
    const members = users.slice(0, 10).map((value) => ({ value }));
    const { json: group } = await endpoint.ask('POST', '/Groups', { schemas: [GROUP], displayName: 'shift', members });
    await times(20, (index) =>
      endpoint.ask(
        'PATCH',
        `/Groups/${group.id}`,
        index < 10
          ? patch({ op: 'remove', path: `members[value eq "${users[index]}"]` })
          : patch({ op: 'add', path: 'members', value: [{ value: users[index] }] }),
      ),
    );
    const { json: read } = await endpoint.ask('GET', `/Groups/${group.id}`);
    assert.deepEqual(read.members.map((member: { value: string }) => member.value).sort(), users.slice(10).sort());
  });

  for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
    test(`P2 of twenty parallel ${method}s with one ETag exactly one wins`, async () => {
      await using endpoint = await openEndpoint(await open());
      const id = await createUser(endpoint, 'contested');
      const { headers } = await endpoint.ask('GET', `/Users/${id}`);
      const body = (index: number) => {
        if (method === 'DELETE') return undefined;
        if (method === 'PUT') return { schemas: [USER], userName: 'contested', displayName: `writer ${index}` };
        return patch({ op: 'replace', path: 'displayName', value: `writer ${index}` });
      };
      const answers = await times(20, (index) =>
        endpoint.ask(method, `/Users/${id}`, body(index), { 'if-match': String(headers.etag) }),
      );
      const won = answers.filter(({ status }) => status < 300);
      const lost = answers.filter(({ status }) => status === (method === 'DELETE' ? 404 : 412) || status === 412);
      assert.deepEqual([won.length, lost.length], [1, 19]);
    });
  }

  test('P2 twenty parallel PATCHes without an ETag are all applied, each on the one before', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await createUser(endpoint, 'busy');
    const answers = await times(20, (index) =>
      endpoint.ask(
        'PATCH',
        `/Users/${id}`,
        patch({ op: 'add', path: 'emails', value: [{ value: `e${index}@example.com` }] }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    const { json } = await endpoint.ask('GET', `/Users/${id}`);
    assert.equal(json.emails.length, 20);
    assert.equal(json.meta.version, 'W/"21"');
  });

  test('C1 P2 two hundred parallel creates of one userName, however it is written, give one 201', async () => {
    await using endpoint = await openEndpoint(await open());
    const spellings = ['zo\u00eb@example.com', 'ZOE\u0308@example.com', 'Zoe\u0308@Example.com'];
    const answers = await times(200, (index) =>
      endpoint.ask('POST', '/Users', { schemas: [USER], userName: spellings[index % 3] }),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status, json }) => status === 409 && json.scimType === 'uniqueness').length, 199);
  });

  test('P2 five parallel creates of one group name give one group', async () => {
    await using endpoint = await openEndpoint(await open());
    const answers = await times(5, () => createGroup(endpoint, 'Sales'));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409]);
  });

  test('a user who is deleted while groups change leaves no member and no error behind', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const { json: group } = await createGroup(endpoint, 'leavers');
    const users = await times(10, (index) => createUser(endpoint, `user${index}`));
    const answers = await times(20, (index) =>
      index < 10
        ? endpoint.ask(
            'PATCH',
            `/Groups/${group.id}`,
            patch({ op: 'add', path: 'members', value: [{ value: users[index] }] }),
          )
        : endpoint.ask('DELETE', `/Users/${users[index - 10]}`),
    );
    assert.deepEqual(endpoint.errors, []);
    for (const { status } of answers) assert.ok([204, 400].includes(status), String(status));
    const { rows } = await db.query<{ n: number }>(
      statement(sql`SELECT count(*) AS n FROM member WHERE tenant = ${endpoint.tenant}`),
    );
    assert.equal(rows[0]?.n, 0);
  });

  test('two groups that are put into each other at once: one is refused', async () => {
    await using endpoint = await openEndpoint(await open());
    const one = (await createGroup(endpoint, 'one')).json.id;
    const other = (await createGroup(endpoint, 'other')).json.id;
    const put = (into: string, member: string) =>
      endpoint.ask('PATCH', `/Groups/${into}`, patch({ op: 'add', path: 'members', value: [{ value: member }] }));
    const answers = await Promise.all([put(one, other), put(other, one)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 400]);
  });

  test('C1 a user who is renamed back and forth is found by exactly one of the two names at any moment', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await createUser(endpoint, 'before');
    const filter = encodeURIComponent('userName eq "before" or userName eq "after"');
    const rename = async (): Promise<void> => {
      for (let turn = 0; turn < 30; turn += 1) {
        const value = turn % 2 === 0 ? 'after' : 'before';
        await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'userName', value }));
      }
    };
    const look = () =>
      times(60, async () => {
        const { json } = await endpoint.ask('GET', `/Users?filter=${filter}`);
        assert.deepEqual([json.totalResults, json.Resources[0].id], [1, id]);
      });
    await Promise.all([rename(), look()]);
    assert.deepEqual(endpoint.errors, []);
  });

  test("C1 of two users who take each other's free name at once each name has one owner at the end", async () => {
    await using endpoint = await openEndpoint(await open());
    const ids = await Promise.all(['one', 'two'].map((name) => createUser(endpoint, name)));
    const answers = await times(40, (index) =>
      endpoint.ask(
        'PATCH',
        `/Users/${ids[index % 2]}`,
        patch({ op: 'replace', path: 'userName', value: `free${index % 3}` }),
      ),
    );
    for (const { status } of answers) assert.ok([200, 409].includes(status), String(status));
    const { json } = await endpoint.ask('GET', '/Users');
    const names = json.Resources.map(({ userName }: { userName: string }) => userName);
    assert.deepEqual([json.totalResults, new Set(names).size], [2, 2]);
    assert.deepEqual(endpoint.errors, []);
  });

  test('C1 P2 what is read while a group changes is a state that it was in', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one, two] = await Promise.all(['one', 'two'].map((name) => createUser(endpoint, name)));
    const { json: group } = await endpoint.ask('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'swap',
      members: [{ value: one }],
    });
    const swap = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) {
        const [out, into] = turn % 2 === 0 ? [one, two] : [two, one];
        const operations = [
          { op: 'remove', path: `members[value eq "${out}"]` },
          { op: 'add', path: 'members', value: [{ value: into }] },
        ];
        await endpoint.ask('PATCH', `/Groups/${group.id}`, patch(...operations));
      }
    };
    const look = () =>
      times(40, async () => {
        const { json } = await endpoint.ask('GET', `/Groups/${group.id}`);
        assert.equal(json.members.length, 1);
      });
    await Promise.all([swap(), look()]);
  });
});
