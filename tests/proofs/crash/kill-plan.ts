import { CRASH_POINTS, type CrashPoint } from '@rollcall/storage';
import type { SeededRandom } from '../support/seeded-random.ts';

/** How the server of a round ends. */
export type KillPlan =
  | { readonly kind: 'random'; readonly afterMs: number }
  /** As soon as a client has its nth acknowledgement in hand: what is promised a moment too early is lost. */
  | { readonly kind: 'acknowledgement'; readonly nth: number; readonly of: 'any' | 'group' }
  | { readonly kind: 'point'; readonly point: CrashPoint; readonly nth: number };

/** Passages that a load on a slow machine reaches well within its time; `nth` is one of them. */
const PASSAGES: Readonly<Record<Exclude<CrashPoint, 'migration-statement'>, number>> = {
  'after-validate': 60,
  'mid-transaction': 12,
  'before-commit': 15,
  'after-commit-before-reply': 60,
  'bulk-operation': 20,
  'token-created': 1,
};

const POINTS = CRASH_POINTS.filter((point) => point !== 'migration-statement');

const AFTER_MS_MIN = 50;
const AFTER_MS_MAX = 1_200;
/** A start passes `before-commit` too, for its migrations and its secrets: only later ones are of the load. */
const COMMITS_AT_START = 2;

/** Acknowledgements after which a server may be killed: of any write, or of those to groups, which are transactions. */
const ACKNOWLEDGEMENTS = { any: 80, group: 30 } as const;

/** A quarter of the rounds end at a random moment, a quarter at an acknowledgement, half at a point, each in turn. */
export function planKill(round: number, random: SeededRandom): KillPlan {
  if (round % 4 === 0) return { kind: 'random', afterMs: random.between(AFTER_MS_MIN, AFTER_MS_MAX) };
  if (round % 4 === 2) {
    const of = round % 8 === 2 ? 'any' : 'group';
    return { kind: 'acknowledgement', of, nth: random.between(1, ACKNOWLEDGEMENTS[of]) };
  }
  const point = POINTS[((round - 1) / 2) % POINTS.length] ?? 'after-validate';
  const passedAtStart = point === 'before-commit' ? COMMITS_AT_START : 0;
  return { kind: 'point', point, nth: passedAtStart + random.between(1, PASSAGES[point]) };
}
