import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckOptions, checkExpression, type Problem, parseExpression } from './index.ts';

function check(text: string, options?: CheckOptions): readonly Problem[] {
  return checkExpression(parseExpression(text, { root: 'any' }), options);
}

const attributes = ['mail', 'givenName', { name: 'manager', reference: true }];

const sound: readonly string[] = [
  'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  'Replace([mail], "@contoso.com", , ,"", ,)',
  'Replace([mail], "a", , , "b")',
  'Join(", ", , [mail])',
  'InStr([mail], "@", , vbTextCompare)',
  'IgnoreFlowIfNullOrEmpty(ToLower([mail], "tr-TR"))',
  'FormatDateTime([mail], "AssumeUniversal, AdjustToUniversal", "yyyyMMdd", "s")',
  'CBool([mail] = [givenName])',
  'RandomString(10,2,2,2,1)',
];

for (const text of sound) {
  test(`finds nothing wrong with ${text}`, () => {
    assert.deepEqual(check(text, { flow: 'onlyOnCreate' }), []);
  });
}

const errors: readonly (readonly [text: string, code: Problem['code'], column: number, message: RegExp])[] = [
  ['Tolower([mail])', 'unknownFunction', 1, /did you mean ToLower\? Names are case-sensitive/],
  ['Jion("", [mail])', 'unknownFunction', 1, /did you mean Join\?$/],
  ['ToLower(Xyzzy([mail]))', 'unknownFunction', 9, /there is no function Xyzzy$/],
  ['constructor([mail])', 'unknownFunction', 1, /there is no function constructor/],
  ['ToLower()', 'wrongArgumentCount', 1, /written ToLower\(source, culture\?\)/],
  ['ToLower([mail], , )', 'wrongArgumentCount', 1, /has 3 arguments/],
  ['Not([mail], 1)', 'wrongArgumentCount', 1, /written Not\(source\)/],
  ['Join("")', 'wrongArgumentCount', 1, /written Join\(separator, source1, …\)/],
  ['Switch([mail], "a")', 'wrongArgumentCount', 1, /written Switch\(source, defaultValue\?, key1, value1, …\)/],
  ['Switch([mail], "a", "b")', 'wrongArgumentCount', 1, /has 3 arguments/],
  ['Switch(, "a", "b", "c")', 'missingArgument', 8, /argument 1, source/],
  ['Switch([mail], "a", "b", )', 'missingArgument', 26, /argument 4, value/],
  ['IIF([mail] = "a", , "b")', 'missingArgument', 19, /valueIfTrue/],
  ['Append([mail] = "a", "b")', 'misplacedComparison', 8, /only as the condition of IIF/],
  ['IIF("a", [mail] = "a", "b")', 'misplacedComparison', 10, /only as the condition/],
  ['Append([mail], vbTextCompare)', 'misplacedKeyword', 16, /only as the compareType of InStr/],
  ['InStr([mail], "a", 1, "binary")', 'invalidArgument', 23, /compareType/],
  ['Append(IgnoreFlowIfNullOrEmpty([mail]), "x")', 'misplacedFunction', 8, /must be the outermost/],
  ['Replace([mail], , "a+", , "b", , )', 'invalidArgument', 19, /regexPattern is not supported yet/],
  ['Replace([mail], "a")', 'invalidArgument', 1, /given: oldValue$/],
  ['Replace([mail])', 'invalidArgument', 1, /given: neither/],
  ['Replace([mail], "a", , , "b", , "c")', 'invalidArgument', 1, /given: oldValue, replacementValue, template/],
  ['SelectUniqueValue([mail], [givenName])', 'unsupportedFunction', 1, /not supported yet/],
  ['ToUpper([mail], "not a culture")', 'invalidArgument', 17, /not a culture name/],
  ['DateAdd("week", 1, [mail])', 'invalidArgument', 9, /"week" is no interval: yyyy, m, d, ww, h, n, s/],
  ['FormatDateTime([mail], , "x", "yyyy")', 'invalidArgument', 26, /one letter alone is a standard format/],
  ['FormatDateTime([mail], , "yyyy", "yyyy\'")', 'invalidArgument', 34, /is not closed/],
  ['FormatDateTime([mail], "Sloppy", "yyyy", "yy")', 'invalidArgument', 24, /DateTimeStyles/],
  ['ToLower([male])', 'unknownAttribute', 9, /no attribute \[male\]: did you mean \[mail\]\?/],
  ['Append([manager], "x")', 'referenceAttribute', 8, /is a reference/],
  ['Guid()', 'impureFunction', 1, /only during object creation/],
];

for (const [text, code, column, message] of errors) {
  test(`${code} in ${text}`, () => {
    const problems = check(text, { attributes });
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.severity, problem.column]),
      [[code, 'error', column]],
    );
    assert.match(problems[0]!.message, message);
  });
}

test('attribute names are matched without regard to case, and only where attributes are given', () => {
  assert.deepEqual(check('ToLower([MAIL])', { attributes }), []);
  assert.deepEqual(check('ToLower([anything])'), []);
});

test('Now in a mapping that always flows is a warning, and nothing on creation', () => {
  const [problem] = check('DateDiff("d", Now(), CDate([mail]))');
  assert.deepEqual([problem?.code, problem?.severity], ['impureFunction', 'warning']);
  assert.deepEqual(check('DateDiff("d", Now(), CDate([mail]))', { flow: 'onlyOnCreate' }), []);
  assert.deepEqual(check('Guid()', { flow: 'onlyOnCreate' }), []);
});

for (const text of [
  'IIF([mail] = "", "Other", [mail])',
  'IIF(IsNullOrEmpty([mail]), "Other", [mail])',
  'IIF(IsPresent([mail]), [mail], "Other")',
]) {
  test(`warns that an empty attribute fails the condition of ${text}`, () => {
    const problems = check(text);
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['vainCondition', 'warning']],
    );
  });
}

test('lists every problem in the order of the text', () => {
  const problems = check('Join("", Foo([x]), [male], Guid())', { attributes });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['unknownFunction', 'unknownAttribute', 'unknownAttribute', 'impureFunction'],
  );
  assert.equal(problems[2]?.suggestion, 'mail');
});
