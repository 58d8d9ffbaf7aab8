import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FakeScimTarget } from '@rollcall/simulators';
import type { Database } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { type Fixture, type FixtureOptions, group, openFixture, user } from '../testing/engine-fixture.ts';

const COMPANY = [
  user('ann'),
  user('bob'),
  user('cid', { accountEnabled: false }),
  group('all', ['ann', 'bob', 'cid', { type: 'Group', id: 'ops' }]),
  group('ops', ['bob']),
];

eachDatabase('a cycle', (open) => {
  let database: Database;
  before(async () => {
    database = await open();
  });

  const scenario = (
    title: string,
    options: FixtureOptions,
    body: (fixture: Fixture<FakeScimTarget>) => Promise<void>,
  ): void => {
    test(title, async () => {
      const fixture = await openFixture(database, await FakeScimTarget.start(), options);
      try {
        await body(fixture);
      } finally {
        await fixture.close();
      }
    });
  };
  const company = { directory: { objects: COMPANY } };

  scenario('the initial cycle creates users, then groups, then memberships', company, async ({ run, target }) => {
    const cycle = await run();
    assert.equal(cycle.error, null);
    assert.equal(cycle.state, 'completed');
    assert.equal(cycle.kind, 'initial');
    assert.equal(cycle.counts.users.created, 2);
    assert.equal(cycle.counts.groups.created, 2);
    assert.deepEqual(cycle.counts.members, { added: 4, removed: 0, failed: 0 });
    assert.deepEqual(
      target.writes().map(({ method, path }) => `${method} ${path.split('/')[1]}`),
      ['POST Users', 'POST Users', 'POST Groups', 'POST Groups', 'PATCH Groups', 'PATCH Groups'],
    );
    const { users, groups, members } = target.directory;
    const ann = [...users.values()].find(({ externalId }) => externalId === 'ann');
    assert.deepEqual(
      { userName: ann?.userName, displayName: ann?.displayName, active: ann?.active },
      { userName: 'ann@example.com', displayName: 'User ann', active: true },
    );
    const all = [...groups.values()].find(({ externalId }) => externalId === 'all');
    const ops = [...groups.values()].find(({ externalId }) => externalId === 'ops');
    assert.equal(members.get(all?.id ?? '')?.size, 3, 'ann, bob and the nested group; cid has no account');
    assert.ok(members.get(all?.id ?? '')?.has(ops?.id ?? ''));
  });

  scenario('a second cycle with nothing changed sends no request at all', company, async ({ run, target }) => {
    await run();
    const before = target.requests.length;
    const second = await run();
    assert.equal(second.kind, 'incremental');
    assert.equal(target.requests.length, before);
    assert.equal(second.counts.requests, 0);
  });

  scenario('P13 a changed name is one PATCH of that attribute', company, async ({ run, target, source }) => {
    await run();
    const before = target.requests.length;
    source.set({ objects: COMPANY.map((o) => (o.id === 'ann' ? user('ann', { displayName: 'Ann B' }) : o)) });
    const cycle = await run();
    assert.equal(cycle.counts.users.updated, 1);
    const [patch, ...more] = target.requests.slice(before);
    assert.deepEqual(more, []);
    assert.match(JSON.stringify(patch?.body), /"displayName"/);
    assert.doesNotMatch(JSON.stringify(patch?.body), /userName|externalId|active/);
  });

  scenario(
    'P13 a cleared value is cleared at the target, an untold one is not',
    company,
    async ({ run, target, source }) => {
      await run();
      const untold = { type: 'User', id: 'bob', attributes: { accountEnabled: true } } as const;
      source.set({
        objects: COMPANY.map((o) =>
          o.id === 'ann' ? user('ann', { displayName: null }) : o.id === 'bob' ? untold : o,
        ),
      });
      const cycle = await run();
      assert.equal(cycle.counts.users.updated, 1);
      const named = Object.fromEntries([...target.directory.users.values()].map((u) => [u.externalId, u.displayName]));
      assert.deepEqual(named, { ann: undefined, bob: 'User bob' });
    },
  );

  scenario(
    'P13 a member that gets its account later joins its groups then',
    company,
    async ({ run, target, source }) => {
      await run();
      source.set({ objects: COMPANY.map((o) => (o.id === 'cid' ? user('cid') : o)) });
      const cycle = await run();
      assert.equal(cycle.counts.users.created, 1);
      assert.equal(cycle.counts.members.added, 1);
      const all = [...target.directory.groups.values()].find(({ externalId }) => externalId === 'all');
      assert.equal(target.directory.members.get(all?.id ?? '')?.size, 4);
    },
  );

  scenario(
    'a disabled account is disabled, and enabled again with its memberships',
    company,
    async ({ run, target, source }) => {
      await run();
      source.set({ objects: COMPANY.map((o) => (o.id === 'bob' ? user('bob', { accountEnabled: false }) : o)) });
      assert.equal((await run()).counts.users.disabled, 1);
      const bob = () => [...target.directory.users.values()].find(({ externalId }) => externalId === 'bob');
      assert.equal(bob()?.active, false);
      source.set({ objects: COMPANY });
      const back = await run();
      assert.equal(back.counts.users.enabled, 1);
      assert.deepEqual(back.counts.members, { added: 0, removed: 0, failed: 0 });
      assert.equal(bob()?.active, true);
    },
  );

  scenario('an object that is gone at the source is deleted', company, async ({ run, target, source }) => {
    await run();
    source.set({ objects: COMPANY.filter(({ id }) => id !== 'ann' && id !== 'ops') });
    const cycle = await run();
    assert.equal(cycle.counts.users.deleted, 1);
    assert.equal(cycle.counts.groups.deleted, 1);
    assert.equal(target.directory.users.size, 1);
    assert.equal(target.directory.groups.size, 1);
    assert.equal((await run()).counts.requests, 0);
  });

  scenario(
    'members that left a group at the source leave it at the target',
    company,
    async ({ run, target, source }) => {
      await run();
      source.set({ objects: COMPANY.map((o) => (o.id === 'all' ? group('all', ['ann']) : o)) });
      const cycle = await run();
      assert.deepEqual(cycle.counts.members, { added: 0, removed: 2, failed: 0 });
      const all = [...target.directory.groups.values()].find(({ externalId }) => externalId === 'all');
      assert.equal(target.directory.members.get(all?.id ?? '')?.size, 1);
      assert.equal(cycle.counts.requests, 1);
    },
  );

  scenario(
    'members travel in chunks of the limit of the target',
    {
      directory: {
        objects: [
          ...Array.from({ length: 25 }, (_, i) => user(`u${i}`)),
          group(
            'big',
            Array.from({ length: 25 }, (_, i) => `u${i}`),
          ),
        ],
      },
      profile: { membersPerRequestMax: 10 },
    },
    async ({ run, target }) => {
      const cycle = await run();
      assert.equal(cycle.counts.members.added, 25);
      const patches = target.writes().filter(({ method }) => method === 'PATCH');
      assert.equal(patches.length, 3);
      assert.equal([...target.directory.members.values()][0]?.size, 25);
    },
  );

  scenario(
    'assigned: users, direct members of assigned groups, and those groups',
    { ...company, settings: { scope: 'assigned' } },
    async ({ run, target, assign }) => {
      assert.equal((await run()).counts.users.created, 0);
      await assign({ type: 'Group', id: 'ops' });
      const cycle = await run();
      assert.equal(cycle.counts.users.created, 1);
      assert.equal(cycle.counts.groups.created, 1);
      await assign({ type: 'User', id: 'ann' });
      assert.equal((await run()).counts.users.created, 1);
      assert.deepEqual([...target.directory.users.values()].map((u) => u.externalId).sort(), ['ann', 'bob']);
    },
  );

  scenario(
    'leaving scope disables, then the account is left alone until it returns',
    { ...company, settings: { scope: 'assigned' } },
    async ({ run, target, assign, unassign, source }) => {
      const ann = { type: 'User', id: 'ann' } as const;
      await assign(ann);
      await run();
      await unassign(ann);
      assert.equal((await run()).counts.users.disabled, 1);
      source.set({ objects: COMPANY.map((o) => (o.id === 'ann' ? user('ann', { displayName: 'Other' }) : o)) });
      assert.equal((await run()).counts.requests, 0);
      await assign(ann);
      const back = await run();
      assert.equal(back.counts.users.enabled, 1);
      assert.deepEqual(
        [...target.directory.users.values()].map(({ active, displayName }) => ({ active, displayName })),
        [{ active: true, displayName: 'Other' }],
      );
    },
  );

  scenario(
    'leaving scope under the policy delete deletes',
    { ...company, settings: { scope: 'assigned', outOfScope: 'delete' } },
    async ({ run, target, assign, unassign }) => {
      await assign({ type: 'User', id: 'ann' });
      await run();
      await unassign({ type: 'User', id: 'ann' });
      assert.equal((await run()).counts.users.deleted, 1);
      assert.equal(target.directory.users.size, 0);
    },
  );

  scenario(
    'leaving scope under the policy leave sends nothing',
    { ...company, settings: { scope: 'assigned', outOfScope: 'leave' } },
    async ({ run, target, assign, unassign }) => {
      await assign({ type: 'User', id: 'ann' });
      await run();
      const sent = target.requests.length;
      await unassign({ type: 'User', id: 'ann' });
      assert.equal((await run()).counts.users.released, 1);
      assert.equal((await run()).counts.users.released, 0);
      assert.equal(target.requests.length, sent);
    },
  );

  scenario('an account that the target has is matched and brought up to date', company, async ({ run, target }) => {
    target.directory.create('Users', {
      externalId: 'ann',
      userName: 'ann@example.com',
      displayName: 'Old',
      active: true,
    });
    target.directory.create('Users', {
      externalId: 'bob',
      userName: 'bob@example.com',
      displayName: 'User bob',
      active: true,
    });
    const cycle = await run();
    assert.equal(cycle.counts.users.created, 0);
    assert.equal(cycle.counts.users.updated, 1);
    assert.equal(cycle.counts.users.linked, 1);
    assert.equal(target.directory.users.size, 2);
  });

  scenario(
    'several hits are a named error, and the object is left alone',
    company,
    async ({ run, target, engine, tenant, jobId }) => {
      for (const n of [1, 2]) target.directory.create('Users', { externalId: 'ann', userName: `${n}@example.com` });
      const cycle = await run();
      assert.equal(cycle.counts.users.failed, 1);
      assert.equal(cycle.counts.users.created, 1);
      const [escrowed] = await engine.listEscrow({ tenant, jobId }, { limit: 10 });
      assert.equal(escrowed?.errorCode, 'DuplicateTargetEntries');
      target.directory.delete('Users', [...target.directory.users.keys()][0] ?? '');
      assert.equal((await run()).counts.users.updated, 1);
      assert.deepEqual(await engine.listEscrow({ tenant, jobId }, { limit: 10 }), []);
    },
  );

  scenario('a cycle that another process runs is not run twice', company, async ({ engine, tenant, jobId, run }) => {
    let second: Promise<unknown> | undefined;
    await run({
      onProgress: () => {
        second ??= assert.rejects(engine.runCycle({ tenant, jobId }), { name: 'CycleRunningError' });
      },
    });
    assert.ok(second);
    await second;
  });

  scenario('a signal stops between objects, and the next run goes on', company, async ({ run, target }) => {
    const stop = new AbortController();
    await assert.rejects(
      run({
        signal: stop.signal,
        onProgress: ({ stage, done }) => {
          if (stage === 'apply' && done > 0) stop.abort(new Error('off'));
        },
      }),
      /off/,
    );
    const sent = target.writes().length;
    assert.ok(sent < 6);
    const reads = target.requests.length - sent;
    const cycle = await run();
    assert.equal(target.requests.length - target.writes().length, reads, 'nothing was unclear, so nothing is read');
    assert.equal(cycle.state, 'completed');
    assert.equal(target.writes().length, 6);
  });
});
