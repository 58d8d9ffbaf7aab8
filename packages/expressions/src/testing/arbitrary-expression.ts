import fc from 'fast-check';
import { FUNCTIONS } from '../functions/table.ts';

const ATTRIBUTES = [
  'mail',
  'Mail',
  'empty',
  'absent',
  'list',
  'number',
  'date',
  'flag',
  '__proto__',
  'emails[type eq "work"].value',
];

const attribute = fc.constantFrom(...ATTRIBUTES).map((name) => `[${name}]`);
const constant = fc
  .oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('', 'd', 'yyyy-MM-dd', 'True', '2020-03-16-07:00', 'tr-TR', '0', '-1', '3', 'ß', '\\', '"'),
  )
  .map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
const number = fc.oneof(
  fc.integer({ min: -3, max: 20 }).map(String),
  fc.constantFrom('&HFF', '1.5', '129699324000000000', '9223372036854775807'),
);
const operator = fc.constantFrom('=', '<>', '>', '>=', '<', '<=');
const leaf = fc.oneof(attribute, constant, number, fc.constantFrom('', 'vbTextCompare'));

const { call } = fc.letrec<{ call: string; operand: string; argument: string }>((tie) => ({
  operand: fc.oneof({ depthSize: 'small' }, attribute, constant, number, tie('call')),
  argument: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.tuple(tie('operand'), operator, tie('operand')).map((parts) => parts.join(' ')),
    tie('call'),
  ),
  call: fc
    .tuple(
      fc.constantFrom(...FUNCTIONS.keys(), 'NoFunction'),
      fc.array(tie('argument'), { minLength: 1, maxLength: 7 }),
    )
    .map(([name, parts]) => `${name}(${parts.join(', ')})`),
}));

/** Texts of calls that parse, whatever functions and numbers of arguments they have. */
export const anyCall: fc.Arbitrary<string> = call;

/** Values for the attributes that the calls read, absent ones included. */
export const anySource = fc.record(
  {
    mail: fc.oneof(fc.string(), fc.constantFrom('Zoë@Contoso.com', 'x'.repeat(70_000))),
    empty: fc.constantFrom('', null),
    list: fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }),
    number: fc.oneof(fc.integer(), fc.double({ noNaN: true })),
    date: fc.constantFrom('2020-03-16-07:00', '8/25/2021 5:41:18 PM', 'no date'),
    flag: fc.boolean(),
  },
  { requiredKeys: [] },
);

const { sound } = fc.letrec<{ sound: string; value: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, attribute, constant, number, tie('sound')),
  sound: fc.constantFrom(...FUNCTIONS.values()).chain(({ name, parameters, repeating }) => {
    const repeated = (repeating?.group.length ?? 0) * (repeating?.groupsMin ?? 0);
    const count = parameters.length + repeated;
    return fc
      .tuple(...Array.from({ length: count }, () => tie('value')))
      .map((parts) => `${name}(${parts.join(', ')})`);
  }),
}));

/** Texts of calls with the right number of arguments, most of which compile. */
export const soundCall: fc.Arbitrary<string> = sound;
