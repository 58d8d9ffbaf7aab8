import { z } from 'zod';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

/** Query of a list. */
export const PAGE_QUERY = z.strictObject({
  limit: z.coerce
    .number('give a whole number')
    .int('give a whole number')
    .min(1)
    .max(LIMIT_MAX)
    .default(LIMIT_DEFAULT)
    .describe('How many items at most.'),
  cursor: z
    .string()
    .regex(/^[0-9a-z-]{1,63}$/, 'give a nextCursor as a reply had it')
    .optional()
    .describe('The `nextCursor` of the page before.'),
});

/** A page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().optional().describe('Absent on the last page.'),
  });

/** Cuts one item too many, which was asked for to know whether there are more. */
export function toPage<T, U>(
  found: readonly T[],
  limit: number,
  shape: { readonly item: (each: T) => U; readonly cursor: (each: T) => string },
): { items: U[]; nextCursor?: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(shape.item),
    ...(found.length > limit && last !== undefined && { nextCursor: shape.cursor(last) }),
  };
}
