import { Refusal } from './refusal.ts';

/** Lower-case letters, digits and hyphens, at most 63, beginning with a letter or a digit. */
export const SLUG_FORM = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Refuses a text that is no slug.
 *
 * @throws {Refusal} `invalid-value`
 */
export function checkSlug(slug: string): string {
  if (SLUG_FORM.test(slug)) return slug;
  throw new Refusal(
    'invalid-value',
    `slug ${JSON.stringify(slug.slice(0, 80))} is not usable in a URL: take 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or digit.`,
    'slug',
  );
}
