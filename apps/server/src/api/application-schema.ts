import type { ApplicationRow } from '@rollcall/engine';
import type { ConnectionTest } from '@rollcall/targets';
import { z } from 'zod';
import { NAME } from './tenant-schema.ts';

const TENANT_URL = z
  .string()
  .min(1)
  .max(2000)
  .describe("The application's SCIM base URL. Entra's flags in its query choose the dialect: `?aadOptscim062020`.");
const SECRET_TOKEN = z
  .string()
  .min(1)
  .max(8000)
  .describe('The bearer token that the application gave out. Write-only: no reply shows it.');

/** What is known of the application; what is absent has a default. */
const PROFILE = z.strictObject({
  dialect: z.enum(['rfc7644', 'entra', 'entra-scim062020', 'okta']).exactOptional().describe('How PATCH is spelled.'),
  membersPerRequestMax: z.int().min(1).max(10_000).exactOptional().describe('Member changes in one PATCH; 100.'),
  concurrency: z.int().min(1).max(64).exactOptional().describe('Requests under way at once; 8.'),
  pageSize: z.int().min(1).max(10_000).exactOptional(),
  timeoutMs: z.int().min(100).max(60_000).exactOptional(),
});

export const NEW_APPLICATION = z
  .strictObject({ name: NAME, tenantUrl: TENANT_URL, secretToken: SECRET_TOKEN, profile: PROFILE.optional() })
  .meta({
    example: { name: 'Wiki', tenantUrl: 'https://wiki.example.com/scim/v2', secretToken: 'the token that it gave out' },
  });

export const APPLICATION_CHANGE = z
  .strictObject({
    name: NAME.optional(),
    tenantUrl: TENANT_URL.optional().describe('A new address needs the secret token anew.'),
    secretToken: SECRET_TOKEN.optional(),
    profile: PROFILE.optional(),
  })
  .meta({ example: { secretToken: 'the token that replaced the old one' } });

export const APPLICATION = z.object({
  id: z.string(),
  name: z.string(),
  tenantUrl: z.string(),
  profile: PROFILE,
  createdAt: z.string(),
});

export const CONNECTION_TEST = z.object({
  ok: z.boolean(),
  steps: z.array(
    z.object({
      method: z.string(),
      url: z.string().describe("Without the tenant URL's own parameters."),
      status: z.int().optional().describe('Absent when no answer came.'),
      ok: z.boolean(),
      detail: z.string(),
      advice: z.string().optional().describe('What to do, when it is not ok.'),
    }),
  ),
});

export function applicationDocument(application: ApplicationRow): z.input<typeof APPLICATION> {
  const { id, name, tenantUrl, profile, createdAt } = application;
  return { id, name, tenantUrl, profile, createdAt: createdAt.toISOString() };
}

export const connectionTestDocument = ({ ok, steps }: ConnectionTest): z.input<typeof CONNECTION_TEST> => ({
  ok,
  steps: [...steps],
});
