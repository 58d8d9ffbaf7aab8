import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Expression, ExpressionError, parseExpression, printExpression } from './index.ts';

/** A tree without its places. */
function shapeOf(node: Expression): unknown {
  if (node.kind === 'function') return { [node.name]: node.arguments.map(shapeOf) };
  if (node.kind === 'comparison') return [shapeOf(node.left), node.operator, shapeOf(node.right)];
  if (node.kind === 'attribute') return `[${node.name}]`;
  if (node.kind === 'text') return `"${node.value}"`;
  if (node.kind === 'number') return node.digits;
  return node.kind === 'keyword' ? node.name : '';
}

const parsed: readonly (readonly [text: string, shape: unknown])[] = [
  ['Now()', { Now: [] }],
  ['Now ( )', { Now: [] }],
  ['ToLower([mail])', { ToLower: ['[mail]'] }],
  ['Append( [mail] ,\n\t".test" )', { Append: ['[mail]', '".test"'] }],
  ['Join("", 1000, -10, 1.5, &HF7)', { Join: ['""', '1000', '-10', '1.5', '&HF7'] }],
  ['Switch([a], , "k", "v")', { Switch: ['[a]', '', '"k"', '"v"'] }],
  ['Replace([x], , "re", , "", , )', { Replace: ['[x]', '', '"re"', '', '""', '', ''] }],
  ['Replace([mail], "@c", , ,"", ,)', { Replace: ['[mail]', '"@c"', '', '', '""', '', ''] }],
  ['F(, )', { F: ['', ''] }],
  ['F("say \\"hi\\" \\\\ \\s \\d")', { F: ['"say "hi" \\ \\s \\d"'] }],
  ['F("two\nlines, (not) [syntax]")', { F: ['"two\nlines, (not) [syntax]"'] }],
  ['IIF([a]="b",[a],[c])', { IIF: [['[a]', '=', '"b"'], '[a]', '[c]'] }],
  ['IIF(F(1) <> 2, 3, 4)', { IIF: [[{ F: ['1'] }, '<>', '2'], '3', '4'] }],
  ['CBool([a]>=-1)', { CBool: [['[a]', '>=', '-1']] }],
  ['InStr([a], "b", , vbTextCompare)', { InStr: ['[a]', '"b"', '', 'vbTextCompare'] }],
  ['F([ mail ])', { F: ['[mail]'] }],
  ['F([emails[type eq "work"].value])', { F: ['[emails[type eq "work"].value]'] }],
  ['F([a[b eq "]"].c])', { F: ['[a[b eq "]"].c]'] }],
  [
    'F([urn:ietf:params:scim:schemas:extension:x:2.0:User:y])',
    { F: ['[urn:ietf:params:scim:schemas:extension:x:2.0:User:y]'] },
  ],
  ['F("😀", [straße])', { F: ['"😀"', '[straße]'] }],
];

for (const [text, shape] of parsed) {
  test(`parses ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shapeOf(parseExpression(text)), shape);
  });
}

interface Refusal {
  readonly text: string;
  readonly at: readonly [line: number, column: number];
  readonly expected: string;
  readonly found: string;
}

const refused: readonly Refusal[] = [
  { text: '', at: [1, 1], expected: 'a function call', found: 'the end' },
  { text: '[mail]', at: [1, 1], expected: 'a function call', found: 'the attribute [mail]' },
  { text: '"text"', at: [1, 1], expected: 'a function call', found: 'the text "text"' },
  { text: 'ToLower', at: [1, 8], expected: '"(" after ToLower', found: 'the end' },
  { text: 'ToLower([mail]', at: [1, 15], expected: 'the ")" that ends ToLower', found: 'the end' },
  { text: 'ToLower([mail]))', at: [1, 16], expected: 'the end of the expression', found: '")"' },
  { text: 'ToLower([mail]) x', at: [1, 17], expected: 'the end of the expression', found: 'x' },
  { text: 'F([a] [b])', at: [1, 7], expected: '"," or the ")"', found: 'the attribute [b]' },
  { text: 'F(\n  mail)', at: [2, 7], expected: '[mail] for an attribute', found: '")"' },
  { text: 'F("a\nb", "x)', at: [2, 5], expected: 'a quotation mark that ends this text', found: 'the end' },
  { text: 'F([mail)', at: [1, 3], expected: 'a "]" that ends this attribute', found: 'the end' },
  { text: 'F([ ])', at: [1, 3], expected: 'an attribute name', found: '[]' },
  { text: 'F([a] = )', at: [1, 9], expected: 'an operand after "="', found: '")"' },
  { text: 'F([a] = "b" = "c")', at: [1, 13], expected: '"," or the ")"', found: '"="' },
  { text: 'F(= "b")', at: [1, 3], expected: 'an argument', found: '"="' },
  { text: 'F(“x”)', at: [1, 3], expected: 'a straight quotation mark', found: 'the typographic mark “' },
  { text: "F('x')", at: [1, 3], expected: 'double quotation marks', found: 'an apostrophe' },
  { text: 'F(\r\n\r\n  ;)', at: [3, 3], expected: 'a function, an [attribute]', found: '";"' },
  { text: 'F([a] And [b])', at: [1, 7], expected: '"," or the ")"', found: 'And' },
];

for (const { text, at, expected, found } of refused) {
  test(`refuses ${JSON.stringify(text)} at line ${at[0]}, column ${at[1]}`, () => {
    assert.throws(
      () => parseExpression(text),
      (error: unknown) => {
        assert.ok(error instanceof ExpressionError);
        assert.deepEqual([error.line, error.column], at);
        assert.ok(error.expected.includes(expected), `expected: ${error.expected}`);
        assert.equal(error.found, found);
        return true;
      },
    );
  });
}

test('a place is an offset too', () => {
  assert.throws(() => parseExpression('F(\n;)'), { position: 3, line: 2, column: 1 });
});

test('root any takes a lone attribute or text, and no lone number', () => {
  assert.equal(printExpression(parseExpression('[mail]', { root: 'any' })), '[mail]');
  assert.equal(printExpression(parseExpression('"x"', { root: 'any' })), '"x"');
  assert.throws(() => parseExpression('[a] = [b]', { root: 'any' }), ExpressionError);
});

test('the length is bounded: 10,000 characters parse, one more does not', () => {
  const text = `F("${'x'.repeat(9_995)}")`;
  assert.equal(text.length, 10_000);
  assert.equal(parseExpression(text).kind, 'function');
  assert.throws(() => parseExpression(`${text} `), { position: 10_000, line: 1, column: 10_001 });
  assert.throws(() => parseExpression('F("\n")', { lengthMax: 5 }), { line: 2, column: 2, found: '6 characters' });
});

test('P15 the depth is bounded: 64 calls nest, 65 do not', () => {
  const nested = (depth: number) => 'F('.repeat(depth) + ')'.repeat(depth);
  assert.equal(parseExpression(nested(64)).kind, 'function');
  assert.throws(() => parseExpression(nested(65)), { position: 128, expected: 'calls nested at most 64 deep' });
  assert.throws(() => parseExpression(nested(3), { depthMax: 2 }), { found: 'F at depth 3' });
});

test('trees are frozen through and through', () => {
  const tree = parseExpression('IIF([a] = "b", Join("", 1), )');
  assert.ok(tree.kind === 'function' && Object.isFrozen(tree) && Object.isFrozen(tree.arguments));
  for (const argument of tree.arguments) assert.ok(Object.isFrozen(argument) && Object.isFrozen(argument.place));
});
