/** A member of a JSON object, or undefined. */
export function memberOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
}

export function textOf(json: unknown, name: string): string | undefined {
  const value = memberOf(json, name);
  return typeof value === 'string' ? value : undefined;
}

/** A member that is a list; empty when it is none. */
export function listOf(json: unknown, name: string): readonly unknown[] {
  const value = memberOf(json, name);
  return Array.isArray(value) ? value : [];
}
