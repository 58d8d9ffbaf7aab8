import type { FilterSyntax } from '../filter/syntax.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findSubAttribute } from '../schema/lookup.ts';

/**
 * What an element must hold to be the one that a value filter describes: `{"type": "work"}` of
 * `type eq "work"`. Text is as the client wrote it. Undefined where the filter is more than equalities
 * joined by `and`, and so describes no single element.
 */
export function assertedElement(filter: FilterSyntax, attribute: Attribute): JsonObject | undefined {
  const terms = filter.kind === 'and' ? filter.filters : [filter];
  const parts = terms.map((term) => assertion(term, attribute));
  const merged: Record<string, Json> = {};
  for (const part of parts) {
    if (part === undefined) return undefined;
    Object.assign(merged, part);
  }
  return merged;
}

function assertion(term: FilterSyntax, attribute: Attribute): JsonObject | undefined {
  if (term.kind === 'and') return assertedElement(term, attribute);
  if (term.kind !== 'compare' || term.operator !== 'eq') return undefined;
  const subAttribute = findSubAttribute(attribute, term.operand.name.attribute);
  const written = term.literal.kind === 'json' ? term.literal.value : term.literal.text;
  if (subAttribute === undefined || written === null) return undefined;
  const isWord = subAttribute.type === 'boolean' && typeof written === 'string';
  return { [subAttribute.name]: isWord ? written.toLowerCase() === 'true' : written };
}
