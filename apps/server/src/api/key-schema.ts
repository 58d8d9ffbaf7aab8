import type { ApiKey, CreatedApiKey } from '@rollcall/service';
import { z } from 'zod';
import { NAME } from './tenant-schema.ts';
import { EXPIRES_AT } from './token-schema.ts';

export const NEW_KEY = z
  .strictObject({ name: NAME, expiresAt: EXPIRES_AT.optional() })
  .meta({ example: { name: 'terraform' } });

export const KEY = z.object({
  id: z.string().describe('The public id: the second part of the key.'),
  tenant: z.string().optional().describe("The tenant that it works for; absent for an operator's key."),
  name: z.string(),
  status: z.enum(['active', 'expired', 'revoked']),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string().optional(),
  revokedAt: z.string().optional(),
  lastUsedAt: z.string().optional(),
});

export const CREATED_KEY = z.object({
  ...KEY.shape,
  key: z.string().describe('The secret key. It is shown this once and cannot be retrieved.'),
});

export function keyDocument(key: ApiKey): z.input<typeof KEY> {
  return {
    id: key.id,
    name: key.name,
    status: key.status,
    createdAt: key.createdAt.toISOString(),
    createdBy: key.createdBy,
    ...(key.tenant !== undefined && { tenant: key.tenant }),
    ...(key.expiresAt && { expiresAt: key.expiresAt.toISOString() }),
    ...(key.revokedAt && { revokedAt: key.revokedAt.toISOString() }),
    ...(key.lastUsedAt && { lastUsedAt: key.lastUsedAt.toISOString() }),
  };
}

export const createdKeyDocument = (created: CreatedApiKey): z.input<typeof CREATED_KEY> => ({
  ...keyDocument(created.key),
  key: created.text,
});
