import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Database, Queryable } from './database.ts';
import { DatabaseError, DatabaseUnavailableError } from './database-error.ts';
import { openPostgres } from './postgres.ts';
import { gate } from './testing/gate.ts';
import { onPostgres } from './testing/on-postgres.ts';
import { type PostgresServer, startPostgres } from './testing/postgres-server.ts';
import { openTestPostgres } from './testing/test-postgres.ts';

const run = (target: Queryable, text: string, ...values: unknown[]) => target.query({ text, values });

const unavailable =
  (outcomeUnknown: boolean, code?: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof DatabaseUnavailableError, String(error));
    assert.equal(error.outcomeUnknown, outcomeUnknown, error.message);
    if (code !== undefined) assert.equal(error.code, code);
    return true;
  };

onPostgres('connections', () => {
  describe('on a server that is up', () => connectionSuite());
  describe('on a server that goes and comes', () => outageSuite());
});

describe('PostgreSQL that is not there', () => {
  it('threat P1 nobody listens: unavailable at once', async () => {
    const port = await closedPort();
    const started = performance.now();
    await assert.rejects(openPostgres({ url: urlOf(port) }), unavailable(false));
    assert.ok(performance.now() - started < 2_000);
  });

  it('threat P1 a server that accepts and says nothing: unavailable in time', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const work = openPostgres({ url: urlOf(portOf(server)), connectTimeoutMs: 200 });
    await assert.rejects(work, unavailable(false));
    server.close();
  });

  it('P6 the password of the URL is in no error', async () => {
    const url = `postgresql://rollcall:canary-password@127.0.0.1:${await closedPort()}/rollcall`;
    await assert.rejects(openPostgres({ url }), (error: Error) => {
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /canary/);
      return true;
    });
  });
});

const urlOf = (port: number): string => `postgresql://rollcall@127.0.0.1:${port}/rollcall`;

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function connectionSuite(): void {
  let database: Database;
  before(async () => {
    database = await openTestPostgres({ migrations: [], poolMax: 4 });
    await run(database, 'create table account (id integer primary key, balance integer not null)');
    await run(database, 'insert into account values (1, 100), (2, 100)');
  });
  after(() => database.close());

  it('a deadlock is one retryable refusal; the other transaction is committed', async () => {
    const results = await Promise.allSettled([transfer(1, 2), transfer(2, 1)]);
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
    assert.equal(refused.length, 1);
    assert.ok(refused[0] instanceof DatabaseError && refused[0].retryable);
    assert.equal(refused[0].code, '40P01');
  });

  const bothHoldOne = [gate(), gate()] as const;

  function transfer(from: 1 | 2, to: 1 | 2): Promise<unknown> {
    const [mine, theirs] = from === 1 ? bothHoldOne : [bothHoldOne[1], bothHoldOne[0]];
    return database.transaction(async (tx) => {
      await run(tx, 'update account set balance = balance - 1 where id = $1', from);
      mine.open();
      await theirs.opened;
      await run(tx, 'update account set balance = balance + 1 where id = $1', to);
    });
  }

  it('a serialization failure is retryable', async () => {
    const hasRead = gate();
    const change = hasRead.opened.then(() => run(database, 'update account set balance = balance + 1 where id = 1'));
    const work = database.transaction(async (tx) => {
      await run(tx, 'set transaction isolation level repeatable read');
      await run(tx, 'select balance from account where id = 1');
      hasRead.open();
      await change;
      await run(tx, 'update account set balance = balance + 1 where id = 1');
    });
    await assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof DatabaseError);
      assert.deepEqual([error.code, error.retryable], ['40001', true]);
      return true;
    });
  });

  it('threat P1 a connection killed in a statement is unavailable, and the next statement gets another', async () => {
    await assert.rejects(run(database, 'select pg_terminate_backend(pg_backend_pid())'), unavailable(false, '57P01'));
    assert.equal((await run(database, 'select 1')).rowCount, 1);
  });

  it('threat P1 a connection killed inside of a transaction loses that transaction only', async () => {
    const work = database.transaction(async (tx) => {
      await run(tx, 'update account set balance = -1 where id = 2');
      await run(tx, 'select pg_terminate_backend(pg_backend_pid())');
    });
    await assert.rejects(work, unavailable(false, '57P01'));
    assert.notEqual((await run(database, 'select balance from account where id = 2')).rows[0]?.balance, -1);
  });

  it('threat P1 idle connections that are killed neither end the process nor fail a later statement', async () => {
    await Promise.all([1, 2, 3].map(() => run(database, 'select pg_sleep(0.01)')));
    const killed = await run(
      database,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    assert.ok(killed.rowCount >= 1);
    await until(() => database.poolState().total === 1);
    const results = await Promise.all([1, 2, 3, 4].map(() => run(database, 'select 1')));
    assert.deepEqual(
      results.map(({ rowCount }) => rowCount),
      [1, 1, 1, 1],
    );
  });

  it('threat P1 a pool with no free connection is unavailable in time', async () => {
    const small = await openTestPostgres({ migrations: [], poolMax: 1, connectTimeoutMs: 100 });
    const entered = gate();
    const leave = gate();
    const holder = small.transaction(async () => {
      entered.open();
      await leave.opened;
    });
    await entered.opened;
    await assert.rejects(run(small, 'select 1'), unavailable(false));
    leave.open();
    await holder;
    await small.close();
  });

  it('a lock that is not given in time is unavailable, and its connection is used again', async () => {
    const isHeld = gate();
    const refused = isHeld.opened.then(() =>
      database.transaction(async (tx) => {
        await run(tx, `set local lock_timeout = '20ms'`);
        await run(tx, 'update account set balance = 0 where id = 1');
      }),
    );
    await database.transaction(async (tx) => {
      await run(tx, 'select from account where id = 1 for update');
      isHeld.open();
      await assert.rejects(refused, unavailable(false, '55P03'));
    });
  });

  it('a prepared statement from before a change of its table runs again after one refusal', async () => {
    const single = await openTestPostgres({ migrations: [], poolMax: 1 });
    await run(single, 'create table shape (a integer)');
    const all = { text: 'select * from shape', values: [], name: 'all-of-shape' };
    await single.query(all);
    await run(single, 'alter table shape add b integer');
    await assert.rejects(single.query(all), { code: '0A000' });
    assert.equal((await single.query(all)).rowCount, 0);
    await single.close();
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function outageSuite(): void {
  let server: PostgresServer;
  let database: Database;
  before(async () => {
    server = await startPostgres();
    database = await openPostgres({ url: server.url });
    await run(database, 'create table kept (id integer primary key)');
  });
  after(async () => {
    await database.close();
    await server.stop();
  });

  it('P1 threat P1 a crash of the server loses nothing that was acknowledged, and work goes on by itself', async () => {
    assert.equal(database.durable, true);
    const acknowledged: number[] = [];
    let isOver = false;
    const writer = (async () => {
      for (let id = 1; !isOver; id += 1) {
        const stored = await run(database, 'insert into kept values ($1)', id).then(
          () => true,
          (error: unknown) => {
            assert.ok(error instanceof DatabaseUnavailableError, String(error));
            return false;
          },
        );
        if (stored) acknowledged.push(id);
      }
    })();
    await until(() => acknowledged.length > 20);
    await server.crash();
    const before = acknowledged.length;
    await until(() => acknowledged.length > before + 20);
    isOver = true;
    await writer;
    const { rows } = await run(database, 'select id from kept');
    const stored = new Set(rows.map((row) => row.id));
    assert.deepEqual(
      acknowledged.filter((id) => !stored.has(id)),
      [],
    );
  });

  it('a server without fsync is not durable, and says so', async () => {
    const warnings: string[] = [];
    await run(database, `alter system set synchronous_commit = off`);
    await run(database, 'select pg_reload_conf()');
    const lossy = await openPostgres({ url: server.url, onWarning: (message) => warnings.push(message) });
    assert.equal(lossy.durable, false);
    assert.match(warnings.join(), /fsync or synchronous_commit off/);
    await lossy.close();
  });
}
