import type { Dialect } from '../target.ts';
import type { DialectRules } from './dialect-rules.ts';
import { ENTRA_RULES } from './entra.ts';
import { ENTRA_SCIM062020_RULES } from './entra-scim062020.ts';
import { OKTA_RULES } from './okta.ts';
import { RFC7644_RULES } from './rfc7644.ts';

/** Every dialect's rules. */
export const DIALECTS: Readonly<Record<Dialect, DialectRules>> = {
  rfc7644: RFC7644_RULES,
  entra: ENTRA_RULES,
  'entra-scim062020': ENTRA_SCIM062020_RULES,
  okta: OKTA_RULES,
};
