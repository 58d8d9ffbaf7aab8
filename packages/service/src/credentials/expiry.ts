import { Refusal } from '../tenants/refusal.ts';

/**
 * Refuses a time that is over already, or that is no time.
 *
 * @throws {Refusal} `invalid-value`
 */
export function checkExpiry(expiresAt: Date | undefined, now: Date): Date | undefined {
  if (expiresAt === undefined || expiresAt > now) return expiresAt;
  const given = Number.isNaN(expiresAt.getTime()) ? 'not a time' : expiresAt.toISOString();
  throw new Refusal('invalid-value', `expiresAt is ${given}: give a time in the future, or none.`, 'expiresAt');
}
