import { ALL_QUIRKS } from '@rollcall/scim';
import type { Policy, PolicyPreset } from './policy.ts';

const RETENTION_DAYS = 30;

const ENTRA: Policy = {
  preset: 'entra',
  groupDisplayName: 'unique',
  unknownMembers: 'refuse',
  putAbsent: 'clear',
  putAbsentMembers: 'keep',
  deletion: 'hard',
  deletedRetentionDays: RETENTION_DAYS,
  connectManualAccounts: true,
  unknownAttributes: 'ignore',
  deletesPerMinuteMax: 600,
  memberRemovalsPerMinuteMax: 20_000,
  quirks: [...ALL_QUIRKS],
};

/**
 * The rules that a tenant starts from.
 *
 * - `entra`: what Entra's provisioning service counts on, and the default.
 * - `okta`: the same; a name of its own, because the two need not stay alike.
 * - `strict`: the standard to the letter, for clients that keep to it.
 *
 * The limits of what may be taken away in a minute are alike in all: they guard against mistakes, not dialects.
 */
export const POLICY_PRESETS: Readonly<Record<PolicyPreset, Policy>> = {
  entra: ENTRA,
  okta: { ...ENTRA, preset: 'okta' },
  strict: {
    ...ENTRA,
    preset: 'strict',
    putAbsentMembers: 'clear',
    connectManualAccounts: false,
    unknownAttributes: 'refuse',
    quirks: [],
  },
};

export const DEFAULT_PRESET: PolicyPreset = 'entra';
