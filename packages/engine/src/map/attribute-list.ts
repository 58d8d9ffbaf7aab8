import type { AttributeDefinition } from './job-schema.ts';

/** Finds an attribute in a list by its name without regard to case. */
export function findDefinition(list: readonly AttributeDefinition[], name: string): AttributeDefinition | undefined {
  const folded = name.toLowerCase();
  return list.find((definition) => definition.name.toLowerCase() === folded);
}
