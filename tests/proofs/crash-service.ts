/**
 * Servers that are killed while they write lose nothing that they acknowledged, and leave nothing half done (P1, P4).
 *
 * Length: about 3 minutes for each database; with --short, a minute and a half in all
 *
 * Eight clients write users, groups, members, bulk requests and tokens to a real server process without a pause,
 * until it dies by SIGKILL: at a random moment, at the moment of an acknowledgement, or at a named point of a write
 * (packages/storage/src/crashpoint.ts).
 * A server is started on the same data, and everything is read back: each thing is as its last acknowledged write
 * left it, or as the one request in flight would have left it, whole. At the end the tables are held against each
 * other: history and events one row for each change, versions without a gap, counts, members.
 *
 * `--rounds N` (60), `--database pglite|postgresql` (both), `--seed N`.
 */

import { runDatabase } from './crash/database-run.ts';
import type { Tally } from './crash/tally.ts';
import { type DatabaseKind, readProofArguments } from './support/proof-arguments.ts';

const ROUNDS = 60;
const ROUNDS_SHORT = 12;

const { seed, short, databases, number } = readProofArguments({
  numbers: ['rounds'],
  databases: ['pglite', 'postgresql'],
});
const rounds = number('rounds') ?? (short ? ROUNDS_SHORT : ROUNDS);
console.log(`crash-service: ${rounds} rounds on ${databases.join(' and ')}, --seed ${seed}`);

const tallies: Tally[] = [];
for (const kind of databases) tallies.push(await runOn(kind));
report(tallies);

async function runOn(kind: DatabaseKind): Promise<Tally> {
  const startedAt = performance.now();
  const tally = await runDatabase({ kind, rounds, seed, short, onRound: (line) => console.log(`  ${kind} ${line}`) });
  console.log(`  ${kind}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return tally;
}

function report(results: readonly Tally[]): void {
  for (const tally of results) {
    const { median, longest } = tally.readySeconds();
    const points = [...tally.kills].map(([at, count]) => `${at} ${count}`).join(', ');
    console.log(`
${tally.kind}
  kills                  ${tally.killCount} (${points})
  acknowledged writes    ${tally.acknowledged}, of which lost ${tally.lost}
  in flight at a kill    ${tally.inFlight}: ${tally.inFlightDone} took effect, ${tally.halfDone} half
  history rows audited   ${tally.historyRows}
  process start to ready ${median.toFixed(1)} s in the median, ${longest.toFixed(1)} s at most
  95 % bound             ${bound(tally)}`);
  }
  const sum = (count: (tally: Tally) => number): number => results.reduce((total, tally) => total + count(tally), 0);
  const failed = sum((tally) => tally.failed);
  console.log(`\n${sum((tally) => tally.passed)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** No failure in n trials: the true rate is below 3/n with 95 % confidence. */
function bound({ killCount, failed }: Tally): string {
  return failed > 0
    ? 'none: there were failures'
    : `a kill loses or breaks something in less than ${((3 / killCount) * 100).toFixed(1)} % of cases (3/${killCount})`;
}
