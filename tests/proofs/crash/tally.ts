import type { CrashPoint } from '@rollcall/storage';
import type { DatabaseKind } from '../support/proof-arguments.ts';
import type { Verdict } from './cells.ts';
import type { Write } from './client.ts';

/** A point, the moment of an acknowledgement, or any moment. */
export type KilledAt = CrashPoint | 'acknowledgement' | 'random';

/** What a run on one database counted. */
export class Tally {
  readonly kind: DatabaseKind;
  passed = 0;
  failed = 0;
  acknowledged = 0;
  lost = 0;
  halfDone = 0;
  inFlight = 0;
  inFlightDone = 0;
  historyRows = 0;
  readonly kills = new Map<KilledAt, number>();
  readonly #readyMs: number[] = [];

  constructor(kind: DatabaseKind) {
    this.kind = kind;
  }

  killed(at: KilledAt): void {
    this.kills.set(at, (this.kills.get(at) ?? 0) + 1);
  }

  get killCount(): number {
    return [...this.kills.values()].reduce((sum, count) => sum + count, 0);
  }

  acknowledgedOne(): void {
    this.acknowledged += 1;
  }

  readyAfter(ms: number): void {
    this.#readyMs.push(ms);
  }

  judged(verdict: Verdict, inFlight: Write | undefined): void {
    if (inFlight !== undefined) this.inFlight += 1;
    if (verdict.kind === 'kept') this.inFlightDone += verdict.stepsDone > 0 ? 1 : 0;
    else if (verdict.kind === 'lost') this.lost += verdict.differences.length;
    else this.halfDone += 1;
  }

  check(findings: readonly string[]): void {
    if (findings.length === 0) this.passed += 1;
    else this.failed += 1;
  }

  roundEnded(findings: readonly string[]): void {
    this.check(findings);
  }

  audited(rows: number, findings: readonly string[]): void {
    this.historyRows = rows;
    this.check(findings);
  }

  /** Seconds from the start of a process to ready: the median and the longest. */
  readySeconds(): { readonly median: number; readonly longest: number } {
    const sorted = this.#readyMs.toSorted((one, other) => one - other);
    const at = (index: number): number => (sorted[index] ?? 0) / 1000;
    return { median: at(Math.floor(sorted.length / 2)), longest: at(sorted.length - 1) };
  }
}
