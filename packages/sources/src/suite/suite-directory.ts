import type { SourceObject } from '../source.ts';

const [ANN, BAO, CLEO, DAN] = [
  '7c1f0d52-0a57-4f1c-9a5e-0d5b6f1f0001',
  '7c1f0d52-0a57-4f1c-9a5e-0d5b6f1f0002',
  '7c1f0d52-0a57-4f1c-9a5e-0d5b6f1f0003',
  '00420',
];
const [STAFF, HARBOUR] = ['7c1f0d52-0a57-4f1c-9a5e-0d5b6f1f0101', '7c1f0d52-0a57-4f1c-9a5e-0d5b6f1f0102'];

/** A small directory with what connectors get wrong: odd characters, leading zeros, empty values, circles. */
export const SUITE_DIRECTORY: readonly SourceObject[] = [
  user(ANN, { displayName: 'Ann "Annie" O\'Brien, Jr.', employeeId: '000123', manager: BAO }),
  user(BAO, { displayName: '阮 Bảo', accountEnabled: false }),
  user(CLEO, { displayName: 'Cléo\nSecond line', department: ' Dock; East ', manager: DAN }),
  user(DAN, { displayName: null, department: '=1+1' }),
  group(STAFF, 'Staff', [
    { type: 'User', id: ANN },
    { type: 'User', id: DAN },
    { type: 'Group', id: HARBOUR },
  ]),
  group(HARBOUR, 'Harbour, east', [{ type: 'Group', id: STAFF }]),
  group('7c1f0d52-0a57-4f1c-9a5e-0d5b6f1f0103', 'Nobody', []),
];

function user(id: string, attributes: SourceObject['attributes']): SourceObject {
  const none = { displayName: null, department: null, employeeId: null, manager: null, accountEnabled: true };
  return {
    type: 'User',
    id,
    attributes: { objectId: id, userPrincipalName: `u${id.slice(-4)}@example.com`, ...none, ...attributes },
  };
}

function group(id: string, displayName: string, members: NonNullable<SourceObject['members']>): SourceObject {
  return { type: 'Group', id, attributes: { objectId: id, displayName }, members };
}
