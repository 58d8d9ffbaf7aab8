export type { Database, Queryable, Result, Row } from './database.ts';
export type { Migration } from './migration.ts';
export { type Fragment, join, raw, type Statement, sql, statement } from './sql.ts';
