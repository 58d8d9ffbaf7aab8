const HOSTILE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a name reaches into JavaScript's own objects, and so can be no attribute of anybody's. */
export function isHostileName(name: string): boolean {
  return HOSTILE_NAMES.has(name);
}
