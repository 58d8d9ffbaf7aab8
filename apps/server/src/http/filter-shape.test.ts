import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterShape } from './filter-shape.ts';

const SHAPES: readonly [filter: string, shape: string][] = [
  ['userName eq "ada@example.com"', 'userName eq "?"'],
  ['userName eq ada@example.com', 'userName eq "?"'],
  ['active eq true and meta.created gt "2026-01-01T00:00:00Z"', 'active eq "?" and meta.created gt "?"'],
  ['emails[type eq "work" and value co "ada"]', 'emails[type eq "?" and value co "?"]'],
  ['emails[type eq "ada"].value eq "ada"', 'emails[type eq "?"].value eq "?"'],
  ['not (title pr) or title eq "ada"', 'not (title pr) or title eq "?"'],
  ['ada "ada', '(unreadable)'],
  ['', '(unreadable)'],
];

for (const [filter, shape] of SHAPES) {
  test(`P6 ${filter || 'an empty filter'} is logged as ${shape}`, () => assert.equal(filterShape(filter), shape));
}
