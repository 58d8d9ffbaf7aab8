import type { SeededRandom } from '../support/seeded-random.ts';

/** Texts that programs stumble over. Halves of surrogate pairs included: who sends them decides how. */
const NASTY: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  "O'Brien",
  'back\\slash',
  '"quoted"',
  '%',
  '_',
  '100%_*',
  '{}',
  '[]',
  '$1',
  "';DROP TABLE resource;--",
  '\r\nSet-Cookie: a=b',
  '\u001b[31m',
  '\u202eabc',
  '\u200b',
  '\ufeff',
  '\ufffd',
  '\ud800',
  'x\udc00y',
  '\u0130',
  '\u212a',
  'stra\u00dfe',
  'e\u0301',
  '\u00e9',
  '\u{1f600}',
  '\u{10ffff}',
  '\u{e0001}',
  '=1+1',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-0',
  '1e999',
  '9007199254740993',
  '0000-00-00T00:00:00Z',
  '+012026-01-01T00:00:00Z',
  '2026-02-30T25:61:61Z',
  '2026-01-01T00:00:00',
  'bulkId:x',
  'urn:ietf:params:scim:schemas:core:2.0:User',
];

/** Characters that filters, paths and JSON are made of. */
const SYNTAX = '()[]{}"\'\\:.,;/%&=+*?#@!$^~`|<>-_ \t\n\r\0azAZ09\u00e9\u{1f600}';
const SYNTAX_CHARACTERS = [...SYNTAX];

const LENGTHS: readonly number[] = [64, 255, 256, 1_024, 5_000];

/** Any text, from the harmless to the absurd. */
export function anyText(random: SeededRandom): string {
  const roll = random.next();
  if (roll < 0.5) return random.pick(NASTY);
  if (roll < 0.75) return word(random);
  if (roll < 0.97) return Array.from({ length: random.between(1, 12) }, () => random.pick(SYNTAX_CHARACTERS)).join('');
  return random.pick(['a', '\u00e9', '\u{1f600}', '(', '"']).repeat(random.pick(LENGTHS));
}

export function word(random: SeededRandom): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: random.between(1, 10) }, () => letters[random.below(letters.length)] ?? 'a').join('');
}

/** A text with a few edits: cut, doubled, or with foreign characters in it. */
export function mutate(random: SeededRandom, text: string): string {
  let mutated = text;
  for (let edits = random.between(1, 3); edits > 0; edits -= 1) mutated = edit(random, mutated);
  return mutated;
}

function edit(random: SeededRandom, text: string): string {
  const from = random.below(text.length + 1);
  const to = Math.min(text.length, from + random.between(0, 8));
  const [head, span, tail] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  return random.weighted<() => string>([
    [3, () => head + tail],
    [3, () => head + random.pick(SYNTAX_CHARACTERS) + tail],
    [2, () => head + span + span + tail],
    [2, () => head + random.pick(NASTY) + tail],
    [1, () => head],
    [1, () => tail + head],
    [1, () => head + span.toUpperCase() + tail],
  ])();
}

/** Percent-encodes for a URL; halves of surrogate pairs become the bytes that careless programs send. */
export function encodeUrl(text: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text);
  return [...text]
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : '%ED%A0%80'))
    .join('');
}
