/**
 * One step of the database's form. Numbered, forward only, and never edited once released: a database that
 * applied another text is refused.
 */
export interface Migration {
  /** Four digits of the file's name as a number; migrations run in this order. */
  readonly id: number;
  readonly name: string;
  /** SQL of one or many statements; it runs inside the transaction that all pending migrations share. */
  readonly up: string;
}
