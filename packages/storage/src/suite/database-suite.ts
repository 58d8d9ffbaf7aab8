import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Database, Queryable } from '../database.ts';
import { DatabaseError, DatabaseUnavailableError } from '../database-error.ts';
import type { Migration } from '../migration.ts';
import { raw, sql, statement } from '../sql.ts';
import type { OpenDatabase } from '../testing/each-database.ts';
import { gate } from '../testing/gate.ts';

const TABLES: Migration = {
  id: 0,
  name: 'suite',
  up: `
    create table person (
      id integer primary key,
      name text not null constraint person_name_unique unique,
      age integer constraint person_age_positive check (age > 0),
      data jsonb
    );
    create table counter (id integer primary key, value integer not null)`,
};

const run = (target: Queryable, text: string, ...values: unknown[]) => target.query({ text, values });

async function readOne(target: Queryable, text: string, ...values: unknown[]): Promise<unknown> {
  const { rows } = await run(target, text, ...values);
  return rows[0]?.value;
}

const refusal =
  (code: string, constraint?: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.constraint, constraint);
    return true;
  };

/** What both engines do alike. Every engine runs the whole of it. */
export function databaseSuite(open: OpenDatabase, kind: Database['kind']): void {
  let database: Database;
  before(async () => {
    database = await open({ migrations: [TABLES] });
  });

  it('says which engine it is', () => assert.equal(database.kind, kind));

  describe('types', () => typeSuite(() => database));
  describe('errors', () => errorSuite(() => database));
  describe('transactions', () => transactionSuite(() => database));
  describe('parallel use', () => parallelSuite(() => database));
  describe('limits', () => limitSuite(open));
  describe('closing', () => closingSuite(open));
}

const VALUES: readonly (readonly [title: string, expression: string, expected: unknown])[] = [
  ['bigint is a number', '9007199254740991::bigint', 9_007_199_254_740_991],
  ['negative bigint', '(-9007199254740991)::bigint', -9_007_199_254_740_991],
  ['count is a number', '(select count(*) from generate_series(1, 3))', 3],
  ['integer', '42::integer', 42],
  ['bigint array', 'array[1, null, 3]::bigint[]', [1, null, 3]],
  ['double precision', '0.1::float8', 0.1],
  ['numeric stays text', '12345678901234567890.5::numeric', '12345678901234567890.5'],
  ['boolean', 'true', true],
  ['text', `'Zoë 🦊'::text`, 'Zoë 🦊'],
  ['null', 'null::text', null],
  ['timestamptz is a Date', `'2026-02-03 04:05:06.789+02'::timestamptz`, new Date('2026-02-03T02:05:06.789Z')],
  ['timestamptz array', `array['2026-02-03 04:05:06+00'::timestamptz]`, [new Date('2026-02-03T04:05:06Z')]],
  ['date stays text', `'2026-02-03'::date`, '2026-02-03'],
  ['timestamp stays text', `'2026-02-03 04:05:06'::timestamp`, '2026-02-03 04:05:06'],
  ['jsonb object', `'{"a": [1, "x", null, {"b": true}]}'::jsonb`, { a: [1, 'x', null, { b: true }] }],
  ['jsonb scalar', `'"x"'::jsonb`, 'x'],
  ['text array', `array['a', 'b,c', '"d"', null, '']::text[]`, ['a', 'b,c', '"d"', null, '']],
  ['empty array', `'{}'::text[]`, []],
  ['uuid array', `array['6f1f3c1e-0b0a-4f6e-9d55-9b2b7e0c8a11']::uuid[]`, ['6f1f3c1e-0b0a-4f6e-9d55-9b2b7e0c8a11']],
  ['bytea is a Buffer', `'\\x00ff10'::bytea`, Buffer.from([0, 255, 16])],
];

const PARAMETERS: readonly (readonly [title: string, type: string, value: unknown])[] = [
  ['safe integer', 'bigint', 9_007_199_254_740_991],
  ['date', 'timestamptz', new Date('2026-02-03T04:05:06.789Z')],
  ['object', 'jsonb', { a: { b: [1, 2] } }],
  ['text array', 'text[]', ['a', 'b,c', '"d"', '']],
  ['null', 'text', null],
  ['bytes', 'bytea', Buffer.from([0, 1, 2, 255])],
  ['text with quotes and backslashes', 'text', `a'b"c\\d`],
];

function typeSuite(database: () => Database): void {
  for (const [title, expression, expected] of VALUES) {
    it(title, async () => assert.deepEqual(await readOne(database(), `select ${expression} as value`), expected));
  }

  for (const [title, type, value] of PARAMETERS) {
    it(`parameter comes back: ${title}`, async () => {
      assert.deepEqual(await readOne(database(), `select $1::${type} as value`, value), value);
    });
  }

  it('jsonb array is given as its text', async () => {
    assert.deepEqual(await readOne(database(), 'select $1::jsonb as value', JSON.stringify([1, 'a'])), [1, 'a']);
  });

  it('a jsonb of 4 MB comes back whole', async () => {
    const value = { items: Array.from({ length: 40_000 }, (_, index) => ({ index, text: 'x'.repeat(80) })) };
    assert.deepEqual(await readOne(database(), 'select $1::jsonb as value', value), value);
  });

  it('bigint beyond 2^53 is an error, and the connection goes on', async () => {
    await assert.rejects(readOne(database(), 'select 9007199254740992::bigint as value'), refusal('22003'));
    assert.equal(await readOne(database(), 'select 1 as value'), 1);
  });

  it('infinity is no Date', async () => {
    await assert.rejects(readOne(database(), `select 'infinity'::timestamptz as value`), refusal('22008'));
  });

  it('rowCount tells how many rows were touched', async () => {
    await run(database(), 'insert into counter values (100, 0), (101, 0)');
    assert.equal((await run(database(), 'update counter set value = 1 where id >= 100')).rowCount, 2);
    assert.equal((await run(database(), 'delete from counter where id >= 100')).rowCount, 2);
    assert.equal((await run(database(), 'select 1 where false')).rowCount, 0);
  });

  it('a named statement runs again with other values', async () => {
    const add = (a: number, b: number) => statement(sql`select ${a}::int + ${b}::int as value`, 'suite-add');
    assert.deepEqual((await database().query(add(1, 2))).rows, [{ value: 3 }]);
    assert.deepEqual((await database().query(add(5, 6))).rows, [{ value: 11 }]);
  });

  it('text is ordered by code point, whatever the server', async () => {
    const { rows } = await run(
      database(),
      `select value from unnest(array['b', 'B', 'a', 'é']) as value order by value collate "C"`,
    );
    assert.deepEqual(
      rows.map((row) => row.value),
      ['B', 'a', 'b', 'é'],
    );
  });
}

function errorSuite(database: () => Database): void {
  const insert = (id: number, name: string | null, age = 1) =>
    run(database(), 'insert into person (id, name, age) values ($1, $2, $3)', id, name, age);

  before(() => insert(1, 'taken'));

  const REFUSALS: readonly (readonly [string, () => Promise<unknown>, string, string?])[] = [
    ['primary key', () => insert(1, 'other'), '23505', 'person_pkey'],
    ['unique', () => insert(2, 'taken'), '23505', 'person_name_unique'],
    ['not null', () => insert(2, null), '23502'],
    ['check', () => insert(2, 'young', 0), '23514', 'person_age_positive'],
    ['NUL in text', () => insert(2, 'a\0b'), '22021'],
    ['syntax', () => run(database(), 'selec 1'), '42601'],
    ['unknown table', () => run(database(), 'select * from nowhere'), '42P01'],
    ['division by zero', () => run(database(), 'select 1 / 0'), '22012'],
    ['wrong type', () => run(database(), 'select $1::integer', 'abc'), '22P02'],
    ['broken json', () => run(database(), 'select $1::jsonb', '{'), '22P02'],
  ];
  for (const [title, work, code, constraint] of REFUSALS) {
    it(`${title} is SQLSTATE ${code}`, async () => {
      await assert.rejects(work(), refusal(code, constraint));
      assert.equal(await readOne(database(), 'select 1 as value'), 1);
    });
  }

  it('P6 the text of an error quotes no key and no value of a row', async () => {
    await assert.rejects(insert(2, 'taken'), (error: DatabaseError) => {
      assert.doesNotMatch(`${error.message} ${error.statement} ${error.stack}`, /taken/);
      assert.equal(error.cause, undefined);
      assert.equal(error.statement, 'insert into person (id, name, age) values ($1, $2, $3)');
      return true;
    });
  });

  it('a value that cannot be written is a TypeError of the caller', async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    await assert.rejects(run(database(), 'select $1::jsonb', cycle), TypeError);
    assert.equal(await readOne(database(), 'select 1 as value'), 1);
  });
}

function transactionSuite(database: () => Database): void {
  it('is committed when the work resolves', async () => {
    const result = await database().transaction(async (tx) => {
      await run(tx, 'insert into counter values (1, 10)');
      return 'done';
    });
    assert.equal(result, 'done');
    assert.equal(await readOne(database(), 'select value from counter where id = 1'), 10);
  });

  it('P4 is rolled back when the work throws, and the error comes through', async () => {
    const failure = new Error('stop');
    const work = database().transaction(async (tx) => {
      await run(tx, 'insert into counter values (2, 20)');
      throw failure;
    });
    await assert.rejects(work, failure);
    assert.equal(await readOne(database(), 'select count(*) as value from counter where id = 2'), 0);
  });

  it('P4 is rolled back when a statement of it is refused', async () => {
    const work = database().transaction(async (tx) => {
      await run(tx, 'insert into counter values (3, 30)');
      await run(tx, 'select 1 / 0');
    });
    await assert.rejects(work, refusal('22012'));
    assert.equal(await readOne(database(), 'select count(*) as value from counter where id = 3'), 0);
  });

  it('P1 a failure that the work swallowed is an error, not a silent roll back', async () => {
    const work = database().transaction(async (tx) => {
      await run(tx, 'insert into counter values (4, 40)');
      await run(tx, 'select 1 / 0').catch(() => undefined);
    });
    await assert.rejects(work, refusal('25P02'));
  });

  it('the database inside its own transaction is refused at once', async () => {
    const work = database().transaction(() => run(database(), 'select 1'));
    await assert.rejects(work, { name: 'TypeError', message: /inside its own transaction/ });
    await assert.rejects(
      database().transaction(() => database().transaction(async () => undefined)),
      { name: 'TypeError', message: /inside its own transaction/ },
    );
  });

  it('work that a transaction started may use the database after it', async () => {
    const ended = gate();
    let later: Promise<unknown> = Promise.resolve();
    await database().transaction(async (tx) => {
      await run(tx, 'select 1');
      later = ended.opened.then(() => readOne(database(), 'select 7 as value'));
    });
    ended.open();
    assert.equal(await later, 7);
  });

  it('a handle kept after the end is refused', async () => {
    const kept = await database().transaction(async (tx) => tx);
    await assert.rejects(run(kept, 'select 1'), { name: 'TypeError', message: /has ended/ });
  });

  it('statements given at once run in the order given', async () => {
    await database().transaction(async (tx) => {
      const results = await Promise.all([1, 2, 3].map((value) => readOne(tx, 'select $1::int as value', value)));
      assert.deepEqual(results, [1, 2, 3]);
    });
  });

  it('an advisory lock ends with its transaction', async () => {
    for (let round = 0; round < 2; round += 1) {
      await database().transaction(async (tx) => {
        assert.equal(await readOne(tx, 'select pg_try_advisory_xact_lock(77) as value'), true);
      });
    }
  });

  it('settings made inside end with it', async () => {
    await database().transaction((tx) => run(tx, `set local work_mem = '9MB'`));
    assert.notEqual(await readOne(database(), `select current_setting('work_mem') as value`), '9MB');
  });
}

function parallelSuite(database: () => Database): void {
  it('P2 fifty increments of one row are fifty', async () => {
    await run(database(), 'insert into counter values (50, 0)');
    const increment = () => run(database(), 'update counter set value = value + 1 where id = 50');
    await Promise.all(Array.from({ length: 50 }, increment));
    assert.equal(await readOne(database(), 'select value from counter where id = 50'), 50);
  });

  it('P2 of ten transactions with one unique name exactly one wins', async () => {
    const insert = (id: number) =>
      database().transaction((tx) => run(tx, 'insert into person (id, name) values ($1, $2)', id, 'only one'));
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => insert(500 + index)));
    const lost = results.filter((result) => result.status === 'rejected');
    assert.equal(lost.length, 9);
    for (const { reason } of lost) refusal('23505', 'person_name_unique')(reason);
  });

  it('transactions and statements side by side all answer', async () => {
    const work = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0
        ? readOne(database(), 'select $1::int as value', index)
        : database().transaction((tx) => readOne(tx, 'select $1::int as value', index)),
    );
    assert.deepEqual(
      await Promise.all(work),
      Array.from({ length: 40 }, (_, index) => index),
    );
  });

  it('the pool is idle afterwards', () => {
    const { total, idle, waiting } = database().poolState();
    assert.ok(total >= 1);
    assert.equal(idle, total);
    assert.equal(waiting, 0);
  });
}

function limitSuite(open: OpenDatabase): void {
  /** Takes minutes on any machine. */
  const endless = raw('select count(*) as value from generate_series(1, 100000000000)');

  it('a statement that overruns is unavailable, and the next one runs', async () => {
    const limited = await open({ migrations: [TABLES], statementTimeoutMs: 300 });
    await run(limited, 'insert into counter values (1, 1)');
    await assert.rejects(limited.query(statement(endless)), DatabaseUnavailableError);
    assert.equal(await readOne(limited, 'select value from counter where id = 1'), 1);
    await limited.close();
  });

  it('P4 a transaction whose statement overruns leaves nothing behind', async () => {
    const limited = await open({ migrations: [TABLES], statementTimeoutMs: 300 });
    const work = limited.transaction(async (tx) => {
      await run(tx, 'insert into counter values (2, 2)');
      await tx.query(statement(endless));
    });
    await assert.rejects(work, DatabaseUnavailableError);
    assert.equal(await readOne(limited, 'select count(*) as value from counter'), 0);
    await limited.close();
  });
}

function closingSuite(open: OpenDatabase): void {
  it('waits for a transaction under way, and refuses new work', async () => {
    const closing = await open({ migrations: [TABLES] });
    const entered = gate();
    const leave = gate();
    const work = closing.transaction(async (tx) => {
      entered.open();
      await leave.opened;
      return readOne(tx, 'select 5 as value');
    });
    await entered.opened;
    const closed = closing.close();
    await assert.rejects(run(closing, 'select 1'), DatabaseUnavailableError);
    leave.open();
    assert.equal(await work, 5);
    await closed;
    await closing.close();
  });
}
