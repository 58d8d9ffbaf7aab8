/** How much there is to work on. */
export interface BenchSize {
  readonly users: number;
  readonly members: number;
  /** Of each measurement, of each side. */
  readonly seconds: number;
  /** How often the two sides take turns. */
  readonly rounds: number;
}
