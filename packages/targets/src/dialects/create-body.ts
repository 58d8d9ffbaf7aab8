import { InvalidTargetAttributeError, type TargetAttribute } from './target-attribute.ts';
import { isReference, referencedId } from './target-value.ts';

type Body = Record<string, unknown>;

/**
 * Writes a value into a resource where its attribute belongs: under the extension's URN, into the element
 * that a value filter names, below a complex attribute. A missing element is made from the filter.
 */
export function placeAttribute(body: Body, target: TargetAttribute, value: unknown): void {
  const root = target.extension === undefined ? body : objectIn(body, target.extension, target);
  const { attribute, selector, subAttribute } = target;
  if (selector) elementIn(root, target)[subAttribute ?? 'value'] = value;
  else if (subAttribute !== undefined) objectIn(root, attribute, target)[subAttribute] = value;
  else root[attribute] = isReference(target) ? { value: referencedId(value) } : value;
}

function objectIn(parent: Body, name: string, target: TargetAttribute): Body {
  if (!Object.hasOwn(parent, name)) parent[name] = {};
  const child = parent[name];
  if (isBody(child)) return child;
  throw clash(target, name);
}

function elementIn(parent: Body, target: TargetAttribute): Body {
  const { attribute, selector } = target;
  if (!Object.hasOwn(parent, attribute)) parent[attribute] = [];
  const elements = parent[attribute];
  if (!Array.isArray(elements)) throw clash(target, attribute);
  const wanted = Object.entries(selector?.element ?? {});
  const found: unknown = elements.find(
    (element) => isBody(element) && wanted.every(([name, value]) => element[name] === value),
  );
  if (isBody(found)) return found;
  const created: Body = { ...selector?.element };
  elements.push(created);
  return created;
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function clash({ path }: TargetAttribute, name: string): InvalidTargetAttributeError {
  return new InvalidTargetAttributeError(
    `${path} cannot be written beside another mapping that sets ${name} as a whole`,
  );
}
