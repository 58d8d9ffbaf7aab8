import { type Arguments, integerOf, textOrEmpty } from '../argument.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';
import type { FunctionDefinition } from './function-definition.ts';

const LENGTH_MAX = 256;

/** The characters that a Windows password may be made of. */
const DIGITS = '0123456789';
const SPECIALS = '\'-!"#$%&()*,./:;?@[]^_`{|}~+<=>';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SMALL_LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A kind of character and how many of it there must be. */
interface CharacterClass {
  readonly name: string;
  readonly characters: readonly string[];
  readonly min: number;
}

/**
 * `RandomString(length, digits, specials, capitals, small letters, avoid)`: at least so many of each kind,
 * the rest from letters and digits, and from special characters where any are asked for; then shuffled.
 *
 * @see Entra, "Reference for writing expressions", RandomString
 */
function randomString([length, digits, specials, capitals, small, avoid]: Arguments, run: Run): Value {
  const avoided = new Set(textOrEmpty(avoid, run));
  const classes = [
    classOf('MinimumNumbers', DIGITS, integerOf(digits, 'MinimumNumbers', run)),
    classOf('MinimumSpecialCharacters', SPECIALS, integerOf(specials, 'MinimumSpecialCharacters', run)),
    classOf('MinimumCapital', CAPITALS, integerOf(capitals, 'MinimumCapital', run)),
    classOf('MinimumLowerCase', SMALL_LETTERS, integerOf(small, 'MinimumLowerCase', run)),
  ].map((each) => ({ ...each, characters: each.characters.filter((character) => !avoided.has(character)) }));
  const total = integerOf(length, 'Length', run);
  refuseCounts(total, classes, run);
  run.spend(total);
  const required = classes.flatMap(({ characters, min }) => draw(characters, min, run));
  const rest = draw(fillers(classes), total - required.length, run);
  return shuffle([...required, ...rest], run).join('');
}

function classOf(name: string, characters: string, min: number): CharacterClass {
  return { name, characters: [...characters], min };
}

function refuseCounts(length: number, classes: readonly CharacterClass[], run: Run): void {
  const required = classes.reduce((sum, { min }) => sum + min, 0);
  const negative = classes.find(({ min }) => min < 0);
  if (negative) run.fail('outOfRange', `${negative.name} must not be negative, found ${run.show(negative.min)}`);
  if (length < required || length > LENGTH_MAX) {
    run.fail(
      'outOfRange',
      `Length is from ${required}, the sum of the minima, to ${LENGTH_MAX}, found ${run.show(length)}`,
    );
  }
  const empty = classes.find(({ min, characters }) => min > 0 && characters.length === 0);
  if (empty) run.fail('invalidArgument', `CharactersToAvoid leaves nothing for ${empty.name}`);
  if (length > required && fillers(classes).length === 0) {
    run.fail('invalidArgument', 'CharactersToAvoid leaves no letter or digit');
  }
}

function fillers(classes: readonly CharacterClass[]): readonly string[] {
  return classes
    .filter(({ name, min }) => name !== 'MinimumSpecialCharacters' || min > 0)
    .flatMap(({ characters }) => characters);
}

function draw(characters: readonly string[], count: number, run: Run): string[] {
  return Array.from({ length: count }, () => characters[run.context.randomBelow(characters.length)] ?? '');
}

/** Fisher and Yates: every order is as likely. */
function shuffle(characters: string[], run: Run): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = run.context.randomBelow(last + 1);
    const moved = characters[last] ?? '';
    characters[last] = characters[other] ?? '';
    characters[other] = moved;
  }
  return characters;
}

/** The functions that yield another value every time. */
export const RANDOM: readonly FunctionDefinition[] = [
  { name: 'Guid', parameters: [], impure: 'volatile', evaluate: (_values, run) => run.context.newGuid() },
  {
    name: 'RandomString',
    parameters: [
      { name: 'Length' },
      { name: 'MinimumNumbers' },
      { name: 'MinimumSpecialCharacters' },
      { name: 'MinimumCapital' },
      { name: 'MinimumLowerCase' },
      { name: 'CharactersToAvoid', optional: true },
    ],
    impure: 'volatile',
    evaluate: randomString,
  },
];
