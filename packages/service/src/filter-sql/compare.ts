import type { CompareOperator } from '@rollcall/scim';
import { type Fragment, raw, sql } from '@rollcall/storage';

const ORDER: Readonly<Partial<Record<CompareOperator, Fragment>>> = {
  gt: raw('>'),
  ge: raw('>='),
  lt: raw('<'),
  le: raw('<='),
};

/** `operand = value`, for booleans. */
export function equals(operand: Fragment, value: string | number | boolean): Fragment {
  return sql`${operand} = ${value === true}::boolean`;
}

/**
 * Compares folded text with a folded value. No pattern is built, so no character of the value has a
 * meaning; order is by code point ("C" collation on UTF-8).
 */
export function compareText(operand: Fragment, operator: CompareOperator, value: string): Fragment {
  switch (operator) {
    case 'eq':
      return sql`${operand} = ${value}::text`;
    case 'co':
      return sql`position(${value}::text in ${operand}) > 0`;
    case 'sw':
      return sql`starts_with(${operand}, ${value}::text)`;
    case 'ew':
      return sql`right(${operand}, length(${value}::text)) = ${value}::text`;
    default:
      return sql`${operand} COLLATE "C" ${order(operator)} ${value}::text`;
  }
}

/** Compares an instant with canonical UTC text. */
export function compareTime(operand: Fragment, operator: CompareOperator, value: string): Fragment {
  return operator === 'eq'
    ? sql`${operand} = ${value}::timestamptz`
    : sql`${operand} ${order(operator)} ${value}::timestamptz`;
}

export function compareNumber(operand: Fragment, operator: CompareOperator, value: number): Fragment {
  return operator === 'eq' ? sql`${operand} = ${value}::numeric` : sql`${operand} ${order(operator)} ${value}::numeric`;
}

function order(operator: CompareOperator): Fragment {
  const symbol = ORDER[operator];
  if (!symbol) throw new TypeError(`${operator} is no operator of order`);
  return symbol;
}
