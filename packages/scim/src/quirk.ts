/**
 * Departures from the standard that real clients need, each a named rule of its own: it can be switched
 * off by a tenant's policy, and its use is reported to the caller so that a log can name it.
 */
export const QUIRKS = {
  'string-boolean': 'The string "True" or "False" where a boolean belongs is read as that boolean (Entra).',
  'single-value-as-list': 'A single value where a list belongs is read as a list of one.',
  'list-as-single-value': 'A list of one where a single value belongs is read as that value (Entra: manager).',
  'bare-reference': 'A bare string where a complex value with `value` belongs is read as its `value` (Entra: manager).',
  'empty-reference-clears': 'A complex value whose `value` is "" or null clears the attribute (Entra: Remove Manager).',
  'dotted-key': 'A dotted key in an operation without a path reaches the sub-attribute: `name.givenName` (Entra).',
  'urn-key': 'A key that is a full URN with an attribute reaches the extension: `urn:…:User:department` (Entra).',
  'extension-attribute-without-urn':
    'An attribute of an extension named without its URN: `manager` (Entra, older samples).',
  'value-path-creates':
    'add or replace on a value path that selects nothing creates the element from the filter (Entra).',
  'remove-with-value': 'remove with a path and a list of values removes only those values (Entra: members).',
  'operation-name-case': 'Operation names are compared without regard to case: `Add`, `Replace`, `Remove` (Entra).',
  'read-only-ignored': 'A read-only attribute in an operation without a path is ignored (Okta sends `id`, `groups`).',
  'unknown-attribute-ignored': 'An attribute that no schema has is dropped.',
  'value-path-sub-attribute-filter':
    'A sub-attribute after a value filter in a filter: `emails[type eq "work"].value eq "x"` (Entra).',
  'unquoted-filter-value':
    'A filter value without quotation marks is read as a string where that is unambiguous (older Entra samples).',
  'complex-compared-as-value': 'A complex attribute compared as a whole is compared by its `value`: `manager eq "id"`.',
  'string-boolean-in-filter':
    'The string "True" compared with a boolean attribute is read as that boolean (Entra: roles[primary eq "True"]).',
  'null-as-absent': 'null for an attribute that is not set is ignored.',
  'element-as-members': 'An operation on members whose value is a single object instead of a list.',
  'empty-operations': 'A PATCH with an empty list of operations changes nothing and succeeds.',
} as const;

/** The name of one tolerance. */
export type Quirk = keyof typeof QUIRKS;

/** Every tolerance, for policies that allow all. */
export const ALL_QUIRKS: ReadonlySet<Quirk> = new Set(Object.keys(QUIRKS) as Quirk[]);

/** Which tolerances apply, and where their use is reported. */
export interface QuirkUse {
  readonly allowed: ReadonlySet<Quirk>;
  /** Called once for each use; a caller that logs collects the names in a set. */
  readonly report: (quirk: Quirk) => void;
}
