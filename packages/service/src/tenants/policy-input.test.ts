import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_QUIRKS, type Quirk } from '@rollcall/scim';
import { changePolicyInput, policyFromInput, policyFromStored } from './policy-input.ts';
import { POLICY_PRESETS } from './policy-presets.ts';
import { Refusal } from './refusal.ts';

test('nothing said is the preset entra', () => {
  assert.deepEqual(policyFromInput({}), POLICY_PRESETS.entra);
});

test('okta differs from entra in its name only', () => {
  assert.deepEqual({ ...POLICY_PRESETS.okta, preset: 'entra' }, POLICY_PRESETS.entra);
});

test('strict connects nothing, ignores nothing and tolerates nothing', () => {
  const { connectManualAccounts, unknownAttributes, quirks, putAbsentMembers } = POLICY_PRESETS.strict;
  assert.deepEqual(
    [connectManualAccounts, unknownAttributes, quirks, putAbsentMembers],
    [false, 'refuse', [], 'clear'],
  );
});

test('entra tolerates everything that has a name', () => {
  assert.deepEqual(new Set(POLICY_PRESETS.entra.quirks), ALL_QUIRKS);
});

test('switches that are named differ from the preset, the others do not', () => {
  const policy = policyFromInput({ preset: 'strict', deletion: 'soft', putAbsent: undefined });
  assert.deepEqual(policy, { ...POLICY_PRESETS.strict, deletion: 'soft' });
});

test('a change of one switch keeps the others', () => {
  assert.deepEqual(changePolicyInput({ preset: 'okta', deletion: 'soft' }, { putAbsent: 'keep' }), {
    preset: 'okta',
    deletion: 'soft',
    putAbsent: 'keep',
  });
});

test('choosing a preset sets every switch that is not named beside it', () => {
  assert.deepEqual(changePolicyInput({ preset: 'okta', deletion: 'soft' }, { preset: 'entra', putAbsent: 'keep' }), {
    preset: 'entra',
    putAbsent: 'keep',
  });
});

const REFUSED: readonly [why: string, input: Parameters<typeof policyFromInput>[0], field: string][] = [
  ['a tolerance that does not exist', { quirks: ['no-such-quirk' as Quirk] }, 'policy.quirks'],
  ['a name of every object', { quirks: ['constructor' as Quirk] }, 'policy.quirks'],
  ['no days', { deletedRetentionDays: 0 }, 'policy.deletedRetentionDays'],
  ['half a day', { deletedRetentionDays: 0.5 }, 'policy.deletedRetentionDays'],
  ['a negative limit', { deletesPerMinuteMax: -1 }, 'policy.deletesPerMinuteMax'],
  ['half a member', { memberRemovalsPerMinuteMax: 0.5 }, 'policy.memberRemovalsPerMinuteMax'],
  ['eleven years', { deletedRetentionDays: 4000 }, 'policy.deletedRetentionDays'],
];

for (const [why, input, field] of REFUSED) {
  test(`${why} is refused`, () => {
    assert.throws(
      () => policyFromInput(input),
      (error) => error instanceof Refusal && error.code === 'invalid-value' && error.field === field,
    );
  });
}

test('a stored tolerance that this version no longer has is left out', () => {
  assert.deepEqual(policyFromStored({ quirks: ['string-boolean', 'gone' as Quirk] }).quirks, ['string-boolean']);
});
