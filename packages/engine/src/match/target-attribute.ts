import type { TargetObject } from '@rollcall/targets';
import type { CompiledAttributeMapping } from '../map/compile-schema.ts';
import type { TargetValue } from '../map/target-value.ts';
import type { SentValues } from '../plan/differences.ts';

/** What a target object has of the mapped attributes, as if it had been sent. */
export function readMappedValues(object: TargetObject, mappings: readonly CompiledAttributeMapping[]): SentValues {
  const values: Record<string, TargetValue> = {};
  for (const { target } of mappings) {
    const value = readTargetAttribute(object, target);
    if (value !== undefined) values[target] = value;
  }
  return values;
}

/**
 * Reads one attribute of a resource by the name that mappings use: `displayName`, `name.givenName`,
 * `emails[type eq "work"].value`, `urn:…:User:department`. Names are compared without regard to case.
 *
 * `undefined` when the resource has no value there, or one that no mapping can give, such as an object.
 */
export function readTargetAttribute(object: TargetObject, name: string): TargetValue | undefined {
  const { container, path } = intoExtension(object, name);
  const match = PATH.exec(path);
  if (match?.groups === undefined) return undefined;
  const { attribute = '', key, wanted, sub } = match.groups;
  const value = property(container, attribute);
  const selected = key === undefined ? value : select(value, key, wanted ?? '');
  return mappable(sub === undefined ? selected : property(selected, sub));
}

const PATH = /^(?<attribute>[\w$-]+)(?:\[(?<key>\w+) eq "?(?<wanted>[^"\]]*)"?\])?(?:\.(?<sub>[\w$-]+))?$/i;

/** A URN ends at the last colon: what follows is the attribute below the extension's own key. */
function intoExtension(object: TargetObject, name: string): { container: unknown; path: string } {
  const colon = name.search(/:[^:]*$/);
  if (colon < 0) return { container: object, path: name };
  const extension = property(object, name.slice(0, colon));
  return { container: extension ?? object, path: name.slice(colon + 1) };
}

function property(container: unknown, name: string): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  const folded = name.toLowerCase();
  return Object.entries(container).find(([key]) => key.toLowerCase() === folded)?.[1];
}

function select(values: unknown, key: string, wanted: string): unknown {
  if (!Array.isArray(values)) return undefined;
  return values.find((value) => String(property(value, key)).toLowerCase() === wanted.toLowerCase());
}

function mappable(value: unknown): TargetValue | undefined {
  if (Array.isArray(value)) {
    return value.map((element) => (isScalar(element) ? String(element) : String(property(element, 'value'))));
  }
  return isScalar(value) ? value : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
