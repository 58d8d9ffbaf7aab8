import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvaluationError, type SourceAttributes, type Value } from '../index.ts';
import { compileText, evaluateText, fixedContext } from '../testing/evaluation.ts';

type Row = readonly [expression: string, value: Value, source?: SourceAttributes];

/** Rules that the reference's own examples leave open or do not reach. */
const rows: readonly Row[] = [
  // Null and empty sources.
  ['Append([x], "a")', null],
  ['Append("a", [x])', 'a'],
  ['Append([x], "a")', 'a', { x: '' }],
  ['ToLower([x])', null],
  ['Mid([x], 1, 2)', null],
  ['Left([x], 2)', ''],
  ['StripSpaces([x])', null],
  ['CStr([x])', null],
  ['PCase([x])', null],
  ['NormalizeDiacritics([x])', null],
  ['ConvertToBase64([x])', null],
  ['ConvertToUTF8Hex([x])', null],
  ['Split([x], ",")', null],
  ['RemoveDuplicates([x])', null],
  ['Item([x], 1)', null],
  ['Replace([x], "a", , , "b")', null],
  ['Replace([x], "a", , , , , "ab")', null],
  ['CDate([x])', null],
  ['CDate([x])', null, { x: '' }],
  ['DateAdd("d", 1, [x])', null],
  ['DateDiff("d", [x], "2020-01-01")', null],
  ['FormatDateTime([x], , "yyyy", "yy")', null],
  ['FormatDateTime([x], , "yyyy", "yy")', '', { x: '' }],
  ['DateFromNum([x])', null],
  ['NumFromDate([x])', null],
  ['BitAnd([x], 1)', null],
  ['InStr([x], "a")', 0],
  ['Not([x])', true],
  ['CBool([x])', false],

  // Join: lists, empty parts, and what is neither.
  ['Join(", ", [x], "c")', 'a, b, c', { x: ['a', 'b'] }],
  ['Join(", ", [x], [y])', 'a, b', { x: ['', 'a', ''], y: 'b' }],
  ['Join("", [x], [y])', null],
  ['Join("", [x], [y])', '', { x: '' }],
  ['Join([x], "a", "b")', 'ab'],
  ['Join("-", [f], "b")', 'True-b', { f: true }],
  ['Join("-", 1.5, [n])', '1.5-3', { n: 3 }],

  // Cutting.
  ['Mid("abc", 4, 2)', ''],
  ['Mid("abc", 2, 99)', 'bc'],
  ['Mid("abc", 2, 0)', ''],
  ['Mid("abc", "2", "1")', 'b'],
  ['Mid("a😀b", 2, 2)', '😀'],
  ['Mid("a😀b", 2, 1)', ''],
  ['Mid("a😀b", 3, 2)', 'b'],
  ['Left("a😀b", 2)', 'a'],
  ['Left("a😀b", 3)', 'a😀'],
  ['Left([x], 9)', 'only', { x: ['only'] }],

  // InStr and Word.
  ['InStr("abc", "z")', 0],
  ['InStr("aBcb", "b")', 4],
  ['InStr("aBcb", "b", , vbTextCompare)', 2],
  ['InStr("abcabc", "a", 2)', 4],
  ['InStr("abc", "a", 9)', 0],
  ['InStr("ÄÖ", "ö", 1, vbTextCompare)', 2],
  ['Word("a,,b", 2, ",")', 'b'],
  ['Word(",a,", 1, ",")', 'a'],
  ['Word("abc", 1, ",")', 'abc'],
  ['Word("abc", -1, ",")', ''],
  ['Word("", 1, ",")', ''],

  // Case.
  ['ToUpper("straße")', 'STRAßE'],
  ['ToLower("ΟΔΟΣ")', 'οδοσ'],
  ['ToLower("TITLE")', 'title'],
  ['ToLower("TITLE", "tr-TR")', 'tıtle'],
  ['ToUpper("title", "az")', 'TİTLE'],
  ['ToLower("İ")', 'İ'],
  ['ToLower("İ", "en-US")', 'i'],
  ['ToUpper("ı")', 'ı'],
  ['ToUpper("ı", "en-US")', 'I'],
  ['ToUpper("𐐨")', '𐐀'],
  ['ToLower("A", "")', 'a'],
  ['PCase("o\'BRIEN")', "O'brien"],
  ['PCase("JEAN-LUC mc_donald")', 'Jean-Luc Mc_Donald'],
  ['PCase("3RD STREET 4u")', '3Rd Street 4U'],
  ['PCase("ÉTIENNE ñandú")', 'Étienne Ñandú'],
  ['PCase("A.B (C)", ".")', 'A.B (c)'],
  ['PCase("AB", "")', 'Ab'],
  ['PCase("𐐨𐐨")', '𐐀𐐨'],
  ['NormalizeDiacritics("ÆØŒßŁıİ")', 'AEOEOEssLiI'],
  ['NormalizeDiacritics("ǣ ø̄ œ̄ ǟ ṓ")', 'ae oe oe a o'],
  ['NormalizeDiacritics("がき 한국")', 'がき 한국'],
  ['NormalizeDiacritics("äöü å")', 'aou a'],

  // Replace without a pattern.
  ['Replace("aXbX", "X", , , "-", , )', 'a-b-'],
  ['Replace("aXbx", "x", , , "-", , )', 'aXb-'],
  ['Replace("aaa", "aa", , , "b", , )', 'ba'],
  ['Replace("a", "", , , "b", , )', 'a'],
  ['Replace("a$b", "b", , , "$&", , )', 'a$$&'],
  ['Replace("a", "a", , , [x], , )', ''],
  ['Replace("js", "<u>", , , , , "<u>@<u>")', 'js@js'],
  ['Replace([preferredLanguage], "-", , , "_", , )', 'en_US', { preferredLanguage: 'en-US' }],

  // Choosing.
  ['Coalesce([x], "", "b")', ''],
  ['Coalesce([x], [y])', null, { y: [] }],
  ['Coalesce(, "a")', 'a'],
  ['Switch([x], [y], "1", "a")', null, { x: '2' }],
  ['Switch([x], "d", "1", "a", "1", "b")', 'a', { x: '1' }],
  ['Switch([x], "d", "1", "a")', 'a', { x: 1 }],
  ['Switch([x], "d", 1, "a")', 'a', { x: '1' }],
  ['Switch([x], "d", "True", "a")', 'a', { x: true }],
  ['Switch([x], "d", "true", "a")', 'd', { x: true }],
  ['Switch([x], "d", [y], "a")', 'a', { x: 'k', y: 'k' }],
  ['Switch([x], "d", "", "a")', 'a', { x: [] }],
  ['Switch(IsPresent([jobTitle]), "DefaultValue", "True", [jobTitle])', 'CEO', { jobTitle: 'CEO' }],
  ['Switch(IsPresent([jobTitle]), "DefaultValue", "True", [jobTitle])', 'DefaultValue'],
  ['Not("true")', false],
  ['Not("FALSE")', true],
  ['Not("anything")', true],
  ['IsNull([x])', true],
  ['IsNull([x])', false, { x: '' }],
  ['IsNullOrEmpty([x])', true, { x: '' }],
  ['IsNullOrEmpty([x])', true, { x: [] }],
  ['IsPresent([x])', true, { x: false }],
  ['IsPresent([x])', false],
  ['IsString([x])', true, { x: 1 }],
  ['IsString([x])', false, { x: ['a', 'b'] }],
  ['IsString([x])', false],
  ['Redact([x])', 'secret', { x: 'secret' }],

  // Conditions.
  ['IIF("True", 1, 2)', 1],
  ['IIF("no", 1, 2)', 2],
  ['IIF(0, 1, 2)', 2],
  ['IIF(2, 1, 2)', 1],
  ['IIF([x], 1, 2)', 1, { x: true }],
  ['IIF([x] <> "USA", "abroad", "home")', 'home'],
  ['IIF([x] <> "USA", "abroad", "home")', 'abroad', { x: 'FR' }],
  ['IIF([x] = "usa", 1, 2)', 2, { x: 'USA' }],
  ['IIF(Not([x]) = "True", 1, 2)', 1, { x: 'False' }],
  ['IIF(Switch([x], "no", "", "yes") = "yes", 1, 2)', 2],
  ['CBool([x] = [y])', true, { x: 'a', y: 'a' }],
  ['CBool([x] = [y])', true, { x: null, y: '' }],
  ['CBool([x] = 0)', false],
  ['CBool([x] < 1)', false],
  ['CBool([x] > [y])', true, { x: '10', y: '9' }],
  ['CBool([x] > [y])', false, { x: 'b10', y: 'b9' }],
  ['CBool([x] = 7)', true, { x: '007' }],
  ['CBool([x] = "7")', false, { x: '007' }],
  ['CBool([x] <= 2.5)', true, { x: '2.5' }],
  ['CBool([x] < [y])', true, { x: '9223372036854775806', y: '9223372036854775807' }],
  ['CBool(CDate([x]) = CDate([y]))', true, { x: '2020-03-16', y: '3/16/2020 12:00:00 AM' }],
  ['CBool(CDate([x]) >= "2020-03-17")', false, { x: '2020-03-16' }],
  ['CBool("0")', false],
  ['CBool(-1)', true],

  // Lists.
  ['Count([x])', 0],
  ['Count([x])', 1, { x: 'a' }],
  ['Count([x])', 3, { x: ['a', 'b', 'a'] }],
  ['Item([x], 3)', null, { x: ['a', 'b'] }],
  ['Item([x], 1)', 'a', { x: 'a' }],
  ['RemoveDuplicates([x])', ['a', 'A'], { x: ['a', 'A', 'a'] }],
  ['Split("a;b;;c", ";")', ['a', 'b', '', 'c']],
  ['Split("a", "")', ['a']],
  ['Split("", ",")', []],
  ['Item(Split("a - b", "-"), 2)', 'b'],

  // Numbers and bytes.
  ['BitAnd(12, "10")', 8],
  ['BitAnd(-1, 255)', 255],
  ['BitAnd([x], 2)', 2, { x: '514' }],
  ['BitAnd(9223372036854775807, 9223372036854775806)', '9223372036854775806'],
  ['ConvertToUTF8Hex("ß😀")', 'C39FF09F9880'],
  ['ConvertToBase64("é😀")', '6QA92ADe'],
  ['CStr(1)', '1'],
  ['CStr([x])', 'True', { x: true }],

  // Roles.
  ['SingleAppRoleAssignment([r])', 'Admin', { r: ['Admin', 'User'] }],
  ['SingleAppRoleAssignment([r])', null],
  [
    'AppRoleAssignmentsComplex([r])',
    [{ primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'Admin', value: 'Admin' }],
    { r: ['Admin'] },
  ],
  ['AssertiveAppRoleAssignmentsComplex([r])', null, { r: [] }],

  // What the context gives.
  ['Guid()', '00aa00aa-bb11-cc22-dd33-44ee44ee44ee'],
  ['Now()', '1/2/2026 3:04:05 AM'],
];

for (const [expression, value, source = {}] of rows) {
  test(`${expression} of ${JSON.stringify(source)} is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(evaluateText(expression, source), value);
  });
}

type FailingRow = readonly [
  expression: string,
  code: EvaluationError['code'],
  message: RegExp,
  source?: SourceAttributes,
];

const failing: readonly FailingRow[] = [
  ['ToLower([x])', 'multipleValues', /one value belongs here, found 2/, { x: ['a', 'b'] }],
  ['Mid("abc", 0, 1)', 'outOfRange', /start is counted from 1, found 0/],
  ['Mid("abc", 1, -1)', 'outOfRange', /length must not be negative/],
  ['Mid("abc", [x], 1)', 'invalidArgument', /start must be a whole number, found null/],
  ['Mid("abc", 1.5, 1)', 'invalidArgument', /start must be a whole number, found 1\.5/],
  ['Left("abc", "x")', 'invalidArgument', /NumChars must be a whole number, found "x"/],
  ['Item([x], 0)', 'outOfRange', /index is counted from 1/, { x: ['a'] }],
  ['InStr("abc", "b", 0)', 'outOfRange', /start is counted from 1/],
  ['InStr("abc", "b", 1, [x])', 'invalidArgument', /vbTextCompare or vbBinaryCompare, found "text"/, { x: 'text' }],
  ['ToLower("a", [x])', 'invalidArgument', /"tr-TR", found "\?"/, { x: '?' }],
  ['BitAnd("x", 1)', 'invalidArgument', /value1 must be a whole number, found "x"/],
  ['CDate("31/31/2020")', 'invalidDate', /"31\/31\/2020" is not a date: write it as/],
  ['DateAdd([x], 1, "2020-01-01")', 'invalidArgument', /interval is one of/, { x: 'q' }],
  ['DateAdd("yyyy", 9000, "2020-01-01")', 'outOfRange', /years 1 to 9999/],
  ['DateFromNum(9223372036854775807)', 'outOfRange', /file time outside/],
  ['FormatDateTime("2020", , "MM/yyyy", "yyyy")', 'invalidDate', /does not fit the input format "MM\/yyyy"/],
  ['CBool(CDate("2020-01-01") > "later")', 'invalidDate', /compared with a date/],
  ['RandomString(5, 3, 3, 0, 0)', 'outOfRange', /from 6, the sum of the minima, to 256, found 5/],
  ['RandomString(257, 0, 0, 0, 0)', 'outOfRange', /to 256, found 257/],
  ['RandomString(5, -1, 0, 0, 0)', 'outOfRange', /MinimumNumbers must not be negative/],
  ['RandomString(5, 1, 0, 0, 0, "0123456789")', 'invalidArgument', /leaves nothing for MinimumNumbers/],
];

for (const [expression, code, message, source = {}] of failing) {
  test(`${expression} of ${JSON.stringify(source)} is the error ${code}`, () => {
    assert.throws(
      () => evaluateText(expression, source),
      (error: unknown) => error instanceof EvaluationError && error.code === code && message.test(error.message),
    );
  });
}

test('RandomString keeps its minima and what it must avoid', () => {
  const context = fixedContext();
  const compiled = compileText('RandomString(12, 2, 2, 2, 1, "?,aA")');
  for (let round = 0; round < 50; round++) {
    const text = String(compiled.evaluate({}, context));
    assert.equal(text.length, 12);
    assert.doesNotMatch(text, /[?,aA]/);
    assert.ok((text.match(/\d/g) ?? []).length >= 2);
    assert.ok((text.match(/[A-Z]/g) ?? []).length >= 2);
    assert.ok((text.match(/[^A-Za-z0-9]/g) ?? []).length >= 2);
    assert.match(text, /[a-z]/);
  }
});
