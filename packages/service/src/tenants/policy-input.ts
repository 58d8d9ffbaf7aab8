import { QUIRKS, type Quirk } from '@rollcall/scim';
import type { Policy, PolicyPreset } from './policy.ts';
import { DEFAULT_PRESET, POLICY_PRESETS } from './policy-presets.ts';
import { Refusal } from './refusal.ts';

/**
 * A preset, and the switches that differ from it. This is what is stored: a switch that a later version adds
 * has the preset's value in every tenant that says nothing about it.
 */
export type PolicyInput = { readonly [K in keyof Policy]?: Policy[K] | undefined };

/** Bounds of the switches that are numbers. */
const NUMBERS = {
  deletedRetentionDays: { min: 1, max: 3650, what: 'whole days' },
  deletesPerMinuteMax: { min: 0, max: 1_000_000, what: 'a whole number' },
  memberRemovalsPerMinuteMax: { min: 0, max: 100_000_000, what: 'a whole number' },
} as const;
const NUMBER_NAMES = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];

/**
 * The policy that an input stands for.
 *
 * @throws {Refusal} `invalid-value`: a quirk that does not exist, or a number out of bounds
 */
export function policyFromInput(input: PolicyInput): Policy {
  const policy: Policy = { ...POLICY_PRESETS[presetOf(input)], ...given(input) };
  const unknown = policy.quirks.find((quirk) => !Object.hasOwn(QUIRKS, quirk));
  if (unknown !== undefined) throw new Refusal('invalid-value', unknownQuirk(unknown), 'policy.quirks');
  for (const name of NUMBER_NAMES) checkNumber(name, policy[name]);
  return policy;
}

/**
 * The policy that a stored input stands for. Unlike `policyFromInput` it refuses nothing: a tolerance that
 * this version no longer has is left out, so that a tenant of an older version keeps working.
 */
export function policyFromStored(stored: PolicyInput): Policy {
  const policy: Policy = { ...POLICY_PRESETS[presetOf(stored)], ...given(stored) };
  return { ...policy, quirks: policy.quirks.filter((quirk) => Object.hasOwn(QUIRKS, quirk)) };
}

/**
 * A stored input after a change. Choosing a preset sets every switch to that preset's value, except those
 * that the same change names.
 */
export function changePolicyInput(stored: PolicyInput, change: PolicyInput): PolicyInput {
  return change.preset === undefined ? { ...stored, ...given(change) } : given(change);
}

function presetOf(input: PolicyInput): PolicyPreset {
  return input.preset ?? DEFAULT_PRESET;
}

const given = (input: PolicyInput): Partial<Policy> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

const unknownQuirk = (quirk: Quirk): string =>
  `policy.quirks names ${JSON.stringify(String(quirk).slice(0, 60))}, which is no tolerance of this server; it knows ${Object.keys(QUIRKS).join(', ')}.`;

function checkNumber(name: keyof typeof NUMBERS, value: number): void {
  const { min, max, what } = NUMBERS[name];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new Refusal(
    'invalid-value',
    `policy.${name} is ${value}: give ${what} from ${min} to ${max}.`,
    `policy.${name}`,
  );
}
