import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FakeScimTarget, type SeenRequest } from '@rollcall/simulators';
import type { SourceObject } from '@rollcall/sources';
import type { Database } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { guideSchema } from '../map/guide-schema.ts';
import type { JobSchema } from '../map/job-schema.ts';
import { type Fixture, type FixtureOptions, group, openFixture, user } from '../testing/engine-fixture.ts';
import type { KillMoment } from '../testing/kill-switch.ts';

const people = (count: number): SourceObject[] => Array.from({ length: count }, (_, index) => user(`p${index}`));
const ids = (count: number): string[] => people(count).map(({ id }) => id);

eachDatabase('promises of the engine', (open) => {
  let database: Database;
  before(async () => {
    database = await open();
  });

  const withFixture = async (
    options: FixtureOptions,
    body: (fixture: Fixture<FakeScimTarget>) => Promise<void>,
  ): Promise<void> => {
    const fixture = await openFixture(database, await FakeScimTarget.start(), options);
    try {
      await body(fixture);
    } finally {
      await fixture.close();
    }
  };
  const scenario = (
    title: string,
    options: FixtureOptions,
    body: (fixture: Fixture<FakeScimTarget>) => Promise<void>,
  ): void => {
    test(title, () => withFixture(options, body));
  };

  const staff = [...people(6), group('staff', ids(6))];
  const job = { directory: { objects: staff } };

  for (const [what, directory] of [
    [
      'a read that says it is incomplete',
      { objects: [user('p0', { accountEnabled: false })], incompleteBecause: 'cut' },
    ],
    ['an empty read that calls itself complete', { objects: [] }],
    ['a read without any user', { objects: [group('staff', [])] }],
    [
      'a refused object of each type without an id',
      {
        objects: [user('p0'), group('other', [])],
        refused: [
          { type: 'User', reason: 'no id' },
          { type: 'Group', reason: 'no id' },
        ],
      },
    ],
    [
      'refused objects with an id',
      {
        objects: [user('p0')],
        refused: [
          ...ids(6)
            .slice(1)
            .map((id) => ({ type: 'User' as const, id, reason: 'no name' })),
          { type: 'Group', id: 'staff', reason: 'no name' },
        ],
      },
    ],
  ] as const) {
    scenario(`P7 ${what}: nothing is disabled, deleted or removed`, job, async ({ run, source, target }) => {
      await run();
      const before = structuredClone([target.directory.users, target.directory.groups, target.directory.members]);
      source.set(directory);
      const cycle = await run();
      assert.equal(cycle.state, 'completed');
      assert.deepEqual(target.directory.users, before[0]);
      assert.deepEqual(
        target.directory.members.get([...target.directory.groups.keys()][0] ?? ''),
        before[2]?.get([...target.directory.groups.keys()][0] ?? ''),
      );
      assert.equal(target.writes().filter(({ method }) => method === 'DELETE').length, 0);
    });
  }

  scenario('P7 a read that fails plans nothing, and the next one does', job, async ({ run, source, target }) => {
    source.set({ objects: staff, failsAfterPages: 1 });
    const failed = await run();
    assert.equal(failed.state, 'failed');
    assert.match(failed.error ?? '', /told to fail/);
    assert.equal(target.requests.length, 0);
    source.set({ objects: staff });
    assert.equal((await run()).counts.users.created, 6);
  });

  scenario('P7 an incomplete read still creates and updates', job, async ({ run, source }) => {
    await run();
    source.set({ objects: [user('p0', { displayName: 'New' }), user('p9')], incompleteBecause: 'cut' });
    const cycle = await run();
    assert.deepEqual([cycle.sourceComplete, cycle.sourceEvidence], [false, 'cut']);
    assert.deepEqual([cycle.counts.users.updated, cycle.counts.users.created], [1, 1]);
  });

  scenario(
    'P8 a plan beyond a limit writes nothing at all',
    { ...job, settings: { limits: { delete: 2 } } },
    async ({ run, source, target, operations }) => {
      await run();
      const writes = target.writes().length;
      source.set({ objects: [...people(3), user('new'), group('staff', ids(3))] });
      const held = await run();
      assert.equal(held.state, 'held');
      assert.match(held.error ?? '', /3 operations of kind delete, the limit is 2/);
      assert.equal(target.writes().length, writes);
      assert.ok((await operations(held)).every(({ state }) => state === 'cancelled'));
    },
  );

  scenario(
    'P8 removals of members count before the first write',
    { ...job, settings: { limits: { removeMembers: 5 } } },
    async ({ run, source, target }) => {
      await run();
      const writes = target.writes().length;
      source.set({ objects: [...people(6), user('new'), group('staff', [])] });
      assert.equal((await run()).state, 'held');
      assert.equal(target.writes().length, writes);
    },
  );

  const firstOf = (method: string) => {
    let fired = false;
    return (request: SeenRequest): boolean => {
      if (fired || request.method !== method) return false;
      fired = true;
      return true;
    };
  };

  scenario('P9 a create whose answer is lost is adopted, not repeated', job, async ({ run, target, operations }) => {
    const isFirst = firstOf('POST');
    target.faults = (request) => (isFirst(request) ? { kind: 'resetAfter' } : undefined);
    const cycle = await run();
    assert.equal(target.directory.users.size, 6);
    assert.equal(target.writes().filter(({ method, path }) => method === 'POST' && path === '/Users').length, 6);
    assert.deepEqual(
      (await operations(cycle)).filter(({ outcome }) => outcome === 'adopted').map(({ kind, state }) => [kind, state]),
      [['create', 'done']],
    );
    assert.equal((await run()).counts.requests, 0);
  });

  scenario('P9 a create that never arrived is sent again after a read', job, async ({ run, target }) => {
    const isFirst = firstOf('POST');
    target.faults = (request) => (isFirst(request) ? { kind: 'resetBefore' } : undefined);
    const cycle = await run();
    assert.equal(cycle.counts.users.created, 6);
    assert.equal(target.directory.users.size, 6);
  });

  scenario(
    'P9 a change and a delete whose answers are lost are verified, not repeated',
    job,
    async ({ run, target, source, operations }) => {
      await run();
      const [patched, deleted] = [firstOf('PATCH'), firstOf('DELETE')];
      target.faults = (request) => (patched(request) || deleted(request) ? { kind: 'resetAfter' } : undefined);
      source.set({ objects: [user('p0', { displayName: 'New' }), ...people(5).slice(1), group('staff', ids(5))] });
      const writes = target.writes().length;
      const cycle = await run();
      assert.equal(target.writes().length - writes, 2);
      const outcomes = (await operations(cycle)).map(({ kind, outcome }) => `${kind} ${outcome}`);
      assert.deepEqual(outcomes.sort(), ['delete verified', 'update verified']);
    },
  );

  scenario('P11 what the report counts is what the target has', job, async ({ run, target, operations }) => {
    target.faults = ({ method, body }) =>
      method === 'POST' && JSON.stringify(body).includes('p3') ? { kind: 'status', status: 500 } : undefined;
    const cycle = await run();
    assert.equal(cycle.counts.users.created, target.directory.users.size);
    assert.equal(cycle.counts.users.failed, 1);
    assert.equal(cycle.counts.members.added, [...target.directory.members.values()][0]?.size);
    assert.equal(cycle.counts.requests, target.requests.length);
    const failed = (await operations(cycle)).find(({ state }) => state === 'failed');
    assert.deepEqual(
      [failed?.sourceObjectId, failed?.status, failed?.errorCode, failed?.attempts],
      ['p3', 500, 'InternalServerError', failed?.attempts],
    );
    assert.ok((failed?.attempts ?? 0) > 1);
    target.faults = () => undefined;
    const next = await run();
    assert.equal(next.counts.users.created, 1);
    assert.equal(next.counts.members.added, 1);
  });

  scenario('P12 one broken object stops no other', job, async ({ run, target, engine, tenant, jobId }) => {
    target.faults = ({ method, body }) =>
      method === 'POST' && JSON.stringify(body).includes('p2')
        ? { kind: 'status', status: 400, detail: 'bad' }
        : undefined;
    const cycle = await run();
    assert.equal(cycle.state, 'completed');
    assert.equal(cycle.counts.users.created, 5);
    assert.equal(cycle.counts.members.added, 5);
    const [entry] = await engine.listEscrow({ tenant, jobId }, { limit: 10 });
    assert.deepEqual(
      [entry?.objectType, entry?.sourceObjectId, entry?.errorCode, entry?.failures],
      ['User', 'p2', 'UnprocessableEntity', 1],
    );
    await run();
    assert.equal((await engine.listEscrow({ tenant, jobId }, { limit: 10 }))[0]?.failures, 2);
  });

  scenario(
    'P12 an object that cannot be mapped stops no other',
    { directory: { objects: [...people(3), user('odd', { userPrincipalName: null })] } },
    async ({ run, operations }) => {
      const cycle = await run();
      assert.equal(cycle.counts.users.created, 3);
      const failed = (await operations(cycle)).filter(({ state }) => state === 'failed');
      assert.deepEqual(
        failed.map(({ sourceObjectId, errorCode, request }) => [sourceObjectId, errorCode, request]),
        [['odd', 'MandatoryFieldsMissing', null]],
      );
    },
  );

  scenario('P12 one member that the target refuses keeps no other out', job, async ({ run, target }) => {
    target.faults = ({ method, path, body }) => {
      if (method !== 'PATCH' || !path.startsWith('/Groups')) return undefined;
      const bad = [...target.directory.users.values()].find(({ externalId }) => externalId === 'p4')?.id;
      return JSON.stringify(body).includes(`"${bad}"`) ? { kind: 'status', status: 400 } : undefined;
    };
    const cycle = await run();
    assert.deepEqual(cycle.counts.members, { added: 5, removed: 0, failed: 1 });
    assert.equal([...target.directory.members.values()][0]?.size, 5);
  });

  scenario('a target that says "later" is obeyed, and everything arrives', job, async ({ run, target }) => {
    const isFirst = firstOf('POST');
    target.faults = (request) => (isFirst(request) ? { kind: 'status', status: 429, retryAfter: '1' } : undefined);
    const cycle = await run();
    assert.equal(cycle.counts.users.created, 6);
    assert.equal(cycle.counts.users.failed, 0);
  });

  scenario('a target that refuses the token ends the cycle at once', job, async ({ run, target, operations }) => {
    let creates = 0;
    target.faults = ({ method }) => {
      if (method !== 'POST') return undefined;
      creates += 1;
      return creates > 2 ? { kind: 'status', status: 401 } : undefined;
    };
    const cycle = await run();
    assert.equal(cycle.state, 'failed');
    assert.match(cycle.error ?? '', /refuses the secret token/);
    assert.ok(creates <= 2 + 4, 'no more than were under way');
    const states = new Set((await operations(cycle)).map(({ state }) => state));
    assert.ok(states.isSubsetOf(new Set(['done', 'failed', 'cancelled'])));
    target.faults = () => undefined;
    assert.equal((await run()).state, 'completed');
    assert.equal(target.directory.users.size, 6);
  });

  scenario(
    'a target that is down ends the cycle after a bounded number of requests',
    { directory: { objects: people(60) } },
    async ({ run, target }) => {
      target.faults = () => ({ kind: 'resetBefore' });
      const cycle = await run();
      assert.equal(cycle.state, 'failed');
      assert.match(cycle.error ?? '', /has not answered 100 requests in a row/);
      assert.ok(target.requests.length < 110);
      target.faults = () => undefined;
      assert.equal((await run()).counts.users.created, 60);
    },
  );

  scenario('a target that answers with the id of another object takes no link away', job, async ({ run, target }) => {
    let first: string | undefined;
    target.faults = ({ method, path }) => {
      if (method !== 'POST' || path !== '/Users') return undefined;
      first ??= 'u-1';
      return { kind: 'answerId', id: first };
    };
    const cycle = await run();
    assert.equal(cycle.counts.users.created, 1);
    assert.equal(cycle.counts.users.failed, 5);
  });

  scenario(
    'two source objects with one matching value: the second is refused by name',
    {
      directory: { objects: [user('a', { mailNickname: 'x' }), user('b', { mailNickname: 'x' })] },
      schema: byNickname(),
    },
    async ({ run, operations }) => {
      const cycle = await run();
      assert.equal(cycle.counts.users.created, 1);
      const failed = (await operations(cycle)).find(({ state }) => state === 'failed');
      assert.deepEqual([failed?.sourceObjectId, failed?.errorCode], ['b', 'DuplicateSourceEntries']);
    },
  );

  /** What a killed run may have sent twice: of each group one chunk, since adding a member twice changes nothing. */
  const repeated = (requests: readonly SeenRequest[]): readonly string[] => {
    const counts = Map.groupBy(requests, ({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`);
    return [...counts].filter(([, same]) => same.length > 1).map(([request]) => request);
  };
  const isMemberChange = (request: string): boolean =>
    request.startsWith('PATCH /Groups') && request.includes('members');

  const KILLED = {
    directory: { objects: [...people(4), group('a', ids(4)), group('b', ids(2))] },
    profile: { membersPerRequestMax: 2, concurrency: 2 },
  };
  const CHANGED = [
    user('p0', { displayName: 'New' }),
    user('p1', { accountEnabled: false }),
    user('p2'),
    user('p9'),
    group('a', ['p0', 'p9']),
  ];

  for (const moment of ['before', 'after'] satisfies KillMoment[]) {
    test(`P10 the initial cycle killed ${moment} any request goes on without repeating one`, async () => {
      let requests = 1;
      for (let killed = true; killed; requests += 1) {
        await withFixture(KILLED, async ({ run, runKilled, target }) => {
          killed = await runKilled({ request: requests, moment });
          const cycle = await run();
          const at = `killed ${moment} request ${requests}`;
          assert.equal(cycle.state, 'completed', at);
          assert.equal(target.directory.users.size, 4, at);
          assert.deepEqual([...target.directory.members.values()].map(({ size }) => size).sort(), [2, 4], at);
          const twice = repeated(target.writes());
          assert.deepEqual(
            twice.filter((request) => !isMemberChange(request)),
            [],
            at,
          );
          assert.ok(twice.length <= 2, at);
          assert.equal((await run()).counts.requests, 0, at);
        });
      }
      assert.ok(requests > 15, `only ${requests} kill points`);
    });

    test(`P10 an incremental cycle killed ${moment} any request goes on without repeating one`, async () => {
      let requests = 1;
      for (let killed = true; killed; requests += 1) {
        await withFixture(KILLED, async ({ run, runKilled, target, source }) => {
          await run();
          const first = target.requests.length;
          source.set({ objects: CHANGED });
          killed = await runKilled({ request: requests, moment });
          await run();
          const at = `killed ${moment} request ${requests}`;
          const state = Object.fromEntries(
            [...target.directory.users.values()].map((u) => [u.externalId, `${u.displayName} ${u.active}`]),
          );
          assert.deepEqual(state, { p0: 'New true', p1: 'User p1 false', p2: 'User p2 true', p9: 'User p9 true' }, at);
          assert.deepEqual(
            [...target.directory.members.values()].map(({ size }) => size),
            [2],
            at,
          );
          const twice = repeated(target.requests.slice(first).filter(({ method }) => method !== 'GET'));
          assert.deepEqual(
            twice.filter((request) => !isMemberChange(request)),
            [],
            at,
          );
          assert.equal((await run()).counts.requests, 0, at);
        });
      }
      assert.ok(requests > 6, `only ${requests} kill points`);
    });
  }
});

/** The guide's schema, matched by a nickname that two people may share. */
function byNickname(): JobSchema {
  const schema = guideSchema({ userNameFrom: 'mailNickname' });
  return {
    ...schema,
    objectMappings: schema.objectMappings.map((mapping) => ({
      ...mapping,
      attributeMappings: mapping.attributeMappings.map(({ matchingPriority: _, ...each }) => ({
        ...each,
        ...(['userName', 'externalId'].indexOf(each.target) === (mapping.sourceObject === 'User' ? 0 : 1) && {
          matchingPriority: 1,
        }),
      })),
    })),
  };
}
