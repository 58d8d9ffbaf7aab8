import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareCodePoints } from './code-points.ts';
import { foldText } from './fold.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('I', '\u0307', '\u0323', 'Σ', 'ς', '\u0130', 'K', '\u212a', '\u0345', 'ǰ', 'ẞ', '\u{10400}'),
  }),
);

test('S11 property: folding twice is folding once, and composed or decomposed text folds alike', () => {
  fc.assert(
    fc.property(text, (value) => {
      const folded = foldText(value);
      assert.equal(foldText(folded), folded);
      assert.equal(foldText(value.normalize('NFD')), folded);
      assert.equal(folded.normalize('NFC'), folded);
    }),
  );
});

test('property: the order of code points is the order of UTF-8 bytes', () => {
  const units = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\ufffd', '\ue000', '\ud7ff', '\u{1f600}', '\u{10ffff}'),
  });
  fc.assert(
    fc.property(units, units, (a, b) => {
      assert.equal(Math.sign(compareCodePoints(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
