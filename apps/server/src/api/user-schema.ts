import type { UserAccount } from '@rollcall/service';
import { z } from 'zod';

const USER_NAME = z.string().min(1).max(500).describe('Unique in the tenant, compared without regard to case.');
const DISPLAY_NAME = z.string().min(1).max(500);

export const NEW_USER = z
  .strictObject({
    userName: USER_NAME,
    displayName: DISPLAY_NAME.optional(),
    email: z.string().min(3).max(500).optional(),
    active: z.boolean().default(true),
    administrator: z.boolean().default(false).describe('Provisioning never takes over an administrator’s account.'),
  })
  .meta({ example: { userName: 'ada@example.com', displayName: 'Ada Lovelace' } });

export const USER_CHANGE = z
  .strictObject({ displayName: DISPLAY_NAME.optional(), active: z.boolean().optional() })
  .meta({ example: { active: false } });

export const USER = z.object({
  id: z.string().describe('The id that the SCIM endpoint uses; it never changes.'),
  userName: z.string(),
  displayName: z.string().optional(),
  externalId: z.string().optional(),
  email: z.string().optional(),
  active: z.boolean(),
  origin: z
    .enum(['manual', 'scim', 'connected'])
    .describe('Who made the account: a person, provisioning, or a person before provisioning took it over.'),
  administrator: z.boolean(),
  createdAt: z.string(),
  modifiedAt: z.string(),
});

export function userDocument(user: UserAccount): z.input<typeof USER> {
  const { createdAt, modifiedAt, ...rest } = user;
  return { ...rest, createdAt: createdAt.toISOString(), modifiedAt: modifiedAt.toISOString() };
}
