import { QUIRKS, type Quirk } from '@rollcall/scim';
import { SLUG_FORM, type Tenant } from '@rollcall/service';
import { z } from 'zod';
import { type ApiContext, endpointOf } from './api-context.ts';

const QUIRK_NAMES = Object.keys(QUIRKS) as Quirk[];

export const SLUG = z
  .string()
  .regex(SLUG_FORM, 'take 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or digit')
  .describe('The name in URLs; it never changes.')
  .meta({ example: 'acme' });

export const NAME = z.string().min(1).max(200).describe('A name that people know it by.');

/** The switches of a tenant's endpoint. */
export const POLICY = z.object({
  preset: z
    .enum(['entra', 'okta', 'strict'])
    .describe('Where the switches start from. Choosing one sets every switch that is not named beside it.'),
  groupDisplayName: z.enum(['unique', 'shared']).describe('Whether two groups may share a displayName.'),
  unknownMembers: z
    .enum(['refuse', 'keep'])
    .describe('A member id that no resource has: refuse the request, or keep the id without a resource.'),
  putAbsent: z.enum(['clear', 'keep']).describe('What PUT does to attributes that its body leaves out.'),
  putAbsentMembers: z.enum(['clear', 'keep']).describe('What PUT of a group without `members` does to them.'),
  deletion: z.enum(['hard', 'soft']).describe('Whether a deleted resource is gone at once, or can be restored.'),
  deletedRetentionDays: z.int().min(1).max(3650).describe('How long a soft-deleted resource can be restored.'),
  connectManualAccounts: z
    .boolean()
    .describe('A create whose userName equals that of an account made by hand takes that account over.'),
  unknownAttributes: z.enum(['ignore', 'refuse']).describe('What happens to attributes that no schema has.'),
  deletesPerMinuteMax: z
    .int()
    .min(0)
    .describe(
      'Resources that one token may delete or disable in a minute before it is answered 429; 0 lifts the limit.',
    ),
  memberRemovalsPerMinuteMax: z
    .int()
    .min(0)
    .describe('Memberships that one token may end in a minute before it is answered 429; 0 lifts the limit.'),
  quirks: z.array(z.enum(QUIRK_NAMES)).describe('Departures from the standard that clients may use.'),
});

export const POLICY_CHANGE = z.strictObject(POLICY.partial().shape);

export const TENANT = z.object({
  slug: SLUG,
  name: NAME,
  endpoint: z.string().describe('The SCIM base URL: what Entra calls Tenant URL.'),
  disabled: z.boolean().describe('While true, the endpoint refuses every request.'),
  policy: POLICY,
  createdAt: z.string(),
  disabledAt: z.string().optional(),
});

export const NEW_TENANT = z
  .strictObject({ slug: SLUG, name: NAME, policy: POLICY_CHANGE.optional() })
  .meta({ example: { slug: 'acme', name: 'Acme' } });

export const TENANT_CHANGE = z
  .strictObject({
    name: NAME.optional(),
    policy: POLICY_CHANGE.optional(),
    disabled: z.boolean().optional().describe("Needs an operator's key."),
  })
  .meta({ example: { policy: { deletion: 'soft', deletedRetentionDays: 30 } } });

export function tenantDocument(context: ApiContext, tenant: Tenant): z.input<typeof TENANT> {
  return {
    slug: tenant.slug,
    name: tenant.name,
    endpoint: endpointOf(context, tenant.slug),
    disabled: tenant.disabledAt !== undefined,
    policy: { ...tenant.policy, quirks: [...tenant.policy.quirks] },
    createdAt: tenant.createdAt.toISOString(),
    ...(tenant.disabledAt && { disabledAt: tenant.disabledAt.toISOString() }),
  };
}
