import type { Database, Queryable, Statement } from '@rollcall/storage';

/** A database that keeps every statement that it is asked. */
export interface RecordingDatabase extends Database {
  readonly asked: Statement[];
}

export function recording(db: Database): RecordingDatabase {
  const asked: Statement[] = [];
  const listen = (handle: Queryable): Queryable => ({
    query: (source: Statement) => {
      asked.push(source);
      return handle.query(source);
    },
  });
  return {
    asked,
    kind: db.kind,
    durable: db.durable,
    query: listen(db).query,
    transaction: (work, options) => db.transaction((tx) => work(listen(tx)), options),
    poolState: () => db.poolState(),
    close: () => db.close(),
  };
}
