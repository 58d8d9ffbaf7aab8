import type { Run } from './run.ts';
import type { SourceAttributes, SourceValue, Value } from './value.ts';

/**
 * Makes the function that reads one attribute of a source object.
 *
 * The name as written wins; else the first own name that differs in case only; else null. Inherited
 * names are never read, so `constructor` and `__proto__` are data or null.
 */
export function attributeReader(name: string): (source: SourceAttributes) => SourceValue {
  const folded = name.toLowerCase();
  return (source) => {
    if (Object.hasOwn(source, name)) return source[name] ?? null;
    for (const key of Object.keys(source)) {
      if (key.length === name.length && key.toLowerCase() === folded) return source[key] ?? null;
    }
    return null;
  };
}

/** Reads an attribute for a run: what no source may hold is refused, and long texts are. */
export function readAttribute(run: Run, read: (source: SourceAttributes) => SourceValue): Value {
  const value = read(run.source);
  if (typeof value === 'string') return run.settle(value);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    run.fail('invalidArgument', 'the source holds an object here, where a text, number, boolean or list belongs');
  }
  return value;
}
