/** Longer names are not compared: no one mistypes them, and the comparison is quadratic. */
const LENGTH_MAX = 64;
/** One mistake for every so many letters is still a likely slip. */
const LETTERS_PER_SLIP = 3;

/**
 * Finds the name that was probably meant: the one that differs in case only, else the nearest by
 * insertions, deletions and exchanges of a letter, if it is near.
 */
export function suggestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LENGTH_MAX) return undefined;
  const folded = name.toLowerCase();
  let nearest: string | undefined;
  let fewest = Math.floor(name.length / LETTERS_PER_SLIP) + 1;
  for (const candidate of known) {
    if (candidate.length > LENGTH_MAX) continue;
    const slips = countSlips(folded, candidate.toLowerCase());
    if (slips < fewest) [nearest, fewest] = [candidate, slips];
  }
  return nearest;
}

/** The Levenshtein distance, by rows. */
function countSlips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const exchange = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(exchange, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
