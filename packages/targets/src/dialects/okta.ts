import { placeAttribute } from './create-body.ts';
import type { DialectOperation, DialectRules, TargetChange, UpdateContext } from './dialect-rules.ts';
import { RFC7644_RULES, standardMemberOperations } from './rfc7644.ts';

/**
 * PATCH as Okta sends it: what can be written as nested attributes goes into one operation without a
 * path, for groups with the group's own `id` in it; the rest is as the standard has it.
 *
 * Okta itself updates profiles by PUT of the whole user. A job knows only what it maps, and a PUT of that
 * would clear everything else, so changes of a profile are PATCHed here too.
 */
export const OKTA_RULES: DialectRules = {
  extraSchemas: () => [],
  entraCreate: false,
  operations,
  memberOperations: standardMemberOperations,
};

function operations(changes: readonly TargetChange[], context: UpdateContext): readonly DialectOperation[] {
  const nested = changes.filter(({ kind, value }) => kind === 'simple' && value !== undefined);
  const others = RFC7644_RULES.operations(
    changes.filter((change) => !nested.includes(change)),
    context,
  );
  if (nested.length === 0) return others;
  const body: Record<string, unknown> = context.type === 'Group' ? { id: context.id } : {};
  for (const { target, value } of nested) placeAttribute(body, target, value);
  return [{ op: 'replace', value: body }, ...others];
}
