import { type CreatedToken, TOKEN_SCOPES, type Token } from '@rollcall/service';
import { z } from 'zod';
import { type ApiContext, endpointOf } from './api-context.ts';
import { NAME } from './tenant-schema.ts';

export const EXPIRES_AT = z.iso
  .datetime({ offset: true, error: 'give a date and time with its zone: 2027-01-31T00:00:00Z' })
  .describe('When it stops; never, when absent.');

export const NEW_TOKEN = z
  .strictObject({
    name: NAME,
    expiresAt: EXPIRES_AT.optional(),
    scopes: z
      .array(z.enum([...TOKEN_SCOPES]))
      .max(TOKEN_SCOPES.length)
      .optional()
      .describe(
        'What it is limited to: `read-only` may change nothing, `users-only` sees no groups. None: everything.',
      ),
  })
  .meta({ example: { name: 'entra' } });

/** Reset needs no body: the new token is then named after what made it. */
export const RESET = z
  .strictObject({ ...NEW_TOKEN.shape, name: NAME.default('reset') })
  .nullish()
  .describe('As for a new token; may be left out.');

export const TOKEN = z.object({
  id: z.string().describe('The public id: the second part of the token.'),
  name: z.string(),
  scopes: z.array(z.enum([...TOKEN_SCOPES])),
  status: z.enum(['active', 'expired', 'revoked', 'reset']),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string().optional(),
  endedAt: z.string().optional(),
  endedBy: z.string().optional(),
  lastUsedAt: z
    .string()
    .optional()
    .describe('Attempts after its end count too: whoever makes them still has to be given the new token.'),
  lastUsedAddress: z.string().optional(),
  lastUsedAgent: z.string().optional(),
});

export const CREATED_TOKEN = z
  .object({
    ...TOKEN.shape,
    token: z.string().describe('The secret token. It is shown this once and cannot be retrieved.'),
    endpoint: z.string().describe('The SCIM base URL that it opens.'),
  })
  .describe('Enter `endpoint` as Tenant URL and `token` as Secret Token.');

export function tokenDocument(token: Token): z.input<typeof TOKEN> {
  return {
    id: token.id,
    name: token.name,
    scopes: [...token.scopes],
    status: token.status,
    createdAt: token.createdAt.toISOString(),
    createdBy: token.createdBy,
    ...(token.expiresAt && { expiresAt: token.expiresAt.toISOString() }),
    ...(token.endedAt && { endedAt: token.endedAt.toISOString() }),
    ...(token.endedBy && { endedBy: token.endedBy }),
    ...(token.lastUsedAt && { lastUsedAt: token.lastUsedAt.toISOString() }),
    ...(token.lastUsedAddress && { lastUsedAddress: token.lastUsedAddress }),
    ...(token.lastUsedAgent && { lastUsedAgent: token.lastUsedAgent }),
  };
}

export function createdTokenDocument(context: ApiContext, created: CreatedToken): z.input<typeof CREATED_TOKEN> {
  return {
    ...tokenDocument(created.token),
    token: created.text,
    endpoint: endpointOf(context, created.token.tenant),
  };
}
