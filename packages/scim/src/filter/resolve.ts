import type { QuirkUse } from '../quirk.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import type { Filter } from './filter.ts';
import type { FilterSyntax } from './syntax.ts';

export interface ResolveFilterOptions {
  /**
   * The other types that the same request searches (root `/.search`): an attribute that one of them has and
   * `type` lacks has no value in `type`. An attribute that none has stays an error. Default none.
   */
  readonly otherTypes?: readonly ResourceType[];
}

/** Turns names into attributes of `type` and literals into compared values: the signature of `resolveFilter`. */
export type ResolveFilter = (
  syntax: FilterSyntax,
  type: ResourceType,
  quirks: QuirkUse,
  options?: ResolveFilterOptions,
) => Filter;
