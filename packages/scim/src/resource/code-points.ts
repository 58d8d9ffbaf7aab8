/**
 * Orders two texts by Unicode code points: the order of PostgreSQL's "C" collation on UTF-8. JavaScript's
 * own order is that of UTF-16 units, where U+FFFD comes after U+1F600. Negative when `a` comes first.
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** The unit, with the surrogates moved behind all others: they begin the code points above U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
