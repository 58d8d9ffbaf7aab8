/** Longer names are not compared: no one mistypes them, and the comparison is quadratic. */
const LENGTH_MAX = 64;
/** One mistake for every so many letters is still a likely slip. */
const LETTERS_PER_SLIP = 3;

/**
 * Finds the name that was probably meant: the one that differs in case only, else the nearest by
 * letters inserted, left out, exchanged or swapped with their neighbour, if it is near.
 */
export function suggestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LENGTH_MAX) return undefined;
  const folded = name.toLowerCase();
  let nearest: string | undefined;
  let fewest = Math.min(Math.ceil(name.length / LETTERS_PER_SLIP) + 1, name.length);
  for (const candidate of known) {
    if (candidate.length > LENGTH_MAX) continue;
    const slips = countSlips(folded, candidate.toLowerCase());
    if (slips < fewest) [nearest, fewest] = [candidate, slips];
  }
  return nearest;
}

/** The Levenshtein distance by rows, with a swap of neighbours as one slip (optimal string alignment). */
function countSlips(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const exchange = at(row, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next.push(Math.min(exchange, at(row, j) + 1, at(next, j - 1) + 1, swapped ? at(before, j - 2) + 1 : exchange));
    }
    before = row;
    row = next;
  }
  return at(row, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
