/** One read of one source. */
export interface ReadKey {
  readonly tenant: string;
  readonly sourceId: string;
  /** Grows with every read of the source. */
  readonly readNumber: number;
}
