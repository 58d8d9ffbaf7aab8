import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge, judgeList } from './outcome.ts';
import type { Outcome, TargetRequest } from './target.ts';
import type { Exchange } from './target-response.ts';

const receivedAt = new Date('2026-03-01T12:00:00Z');
const SCIM_ERROR = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404', detail: 'no such user' };
const HTML = '<!doctype html><title>Sign in</title>';

const POST: TargetRequest = { method: 'POST', path: '/Users' };
const PATCH: TargetRequest = { method: 'PATCH', path: '/Users/u%201' };
const GET: TargetRequest = { method: 'GET', path: '/Users/u%201' };
const DELETE: TargetRequest = { method: 'DELETE', path: '/Users/u%201' };

function answered(status: number, body: unknown = '', headers: Record<string, string> = {}): Exchange {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    response: { status, headers: { 'content-type': 'application/scim+json', ...headers }, body: text, receivedAt },
  };
}

const OBJECT = { id: 'u 1', userName: 'ann' };

/** Sorted by status; the outcome's kind stands last. */
const VECTORS: readonly (readonly [string, TargetRequest, Exchange, Outcome['kind']])[] = [
  ['201 with a resource', POST, answered(201, OBJECT), 'done'],
  ['200 for a create', POST, answered(200, OBJECT), 'done'],
  ['application/json', POST, answered(201, OBJECT, { 'content-type': 'application/json; charset=utf-8' }), 'done'],
  ['JSON sent as text/plain', POST, answered(201, OBJECT, { 'content-type': 'text/plain' }), 'done'],
  ['201 without a body', POST, answered(201), 'unusable'],
  ['201 without an id', POST, answered(201, { userName: 'ann' }), 'unusable'],
  ['201 with an empty id', POST, answered(201, { id: '' }), 'unusable'],
  ['201 with a number for an id', POST, answered(201, { id: 7 }), 'unusable'],
  ['204 for a create', POST, answered(204), 'unusable'],
  ['201 with HTML', POST, answered(201, HTML, { 'content-type': 'text/html' }), 'unusable'],
  ['200 with a resource', PATCH, answered(200, OBJECT), 'done'],
  ['200 without a body', PATCH, answered(200), 'done'],
  ['200 with an object that is no resource', PATCH, answered(200, { ok: true }), 'done'],
  ['204', PATCH, answered(204), 'done'],
  ['200 with a sign-in page', PATCH, answered(200, HTML, { 'content-type': 'text/html' }), 'unusable'],
  ['200 with HTML called JSON', PATCH, answered(200, `\n ${HTML}`), 'unusable'],
  ['200 with cut JSON', PATCH, answered(200, '{"id":"u 1"'), 'unusable'],
  ['200 with a JSON list', PATCH, answered(200, []), 'unusable'],
  ['200 about another resource', PATCH, answered(200, { id: 'u2' }), 'unusable'],
  ['200 compressed', PATCH, answered(200, 'xyz', { 'content-encoding': 'gzip' }), 'unusable'],
  ['200 with a resource', GET, answered(200, OBJECT), 'done'],
  ['200 without a body', GET, answered(200), 'unusable'],
  ['200 about another resource', GET, answered(200, { id: 'u2' }), 'unusable'],
  ['204', DELETE, answered(204), 'done'],
  ['304', GET, answered(304), 'unusable'],
  ['302', PATCH, answered(302, '', { location: 'https://sso.example/login?t=1' }), 'unusable'],
  ['307', POST, answered(307), 'unusable'],
  ['400 with a SCIM error', POST, answered(400, { ...SCIM_ERROR, scimType: 'invalidValue' }), 'refused'],
  ['400 with HTML', POST, answered(400, HTML), 'refused'],
  ['401', GET, answered(401), 'refused'],
  ['403', GET, answered(403, HTML), 'refused'],
  ['404 with a SCIM error', GET, answered(404, SCIM_ERROR), 'notFound'],
  ['404 with a SCIM error without schemas', DELETE, answered(404, { status: 404, detail: 'x' }), 'notFound'],
  ['404 with HTML', GET, answered(404, HTML, { 'content-type': 'text/html' }), 'unusable'],
  ['404 of a gateway', GET, answered(404, { message: 'no Route matched' }), 'unusable'],
  ['404 without a body', GET, answered(404), 'unusable'],
  ['408', POST, answered(408), 'failed'],
  ['409 with a SCIM error', POST, answered(409, { ...SCIM_ERROR, scimType: 'uniqueness' }), 'conflict'],
  ['409 without a body', POST, answered(409), 'conflict'],
  ['409 with HTML', POST, answered(409, HTML), 'unusable'],
  ['412', PATCH, answered(412), 'refused'],
  ['429', POST, answered(429), 'throttled'],
  ['429 with HTML', PATCH, answered(429, HTML), 'throttled'],
  ['500', GET, answered(500), 'failed'],
  ['500', POST, answered(500, SCIM_ERROR), 'unknown'],
  ['500', PATCH, answered(500), 'unknown'],
  ['501', PATCH, answered(501), 'refused'],
  ['502', DELETE, answered(502, HTML), 'unknown'],
  ['503 with a wait', POST, answered(503, '', { 'retry-after': '7' }), 'throttled'],
  ['503 without a wait', POST, answered(503), 'unknown'],
  ['504', GET, answered(504, HTML), 'failed'],
  ['no connection', POST, { failure: { sent: false, detail: 'refused' } }, 'failed'],
  ['reset after sending', POST, { failure: { sent: true, detail: 'reset' } }, 'unknown'],
  ['reset after sending', DELETE, { failure: { sent: true, detail: 'reset' } }, 'unknown'],
  ['reset after sending', GET, { failure: { sent: true, detail: 'reset' } }, 'failed'],
];

describe('outcome', () => {
  for (const [title, request, exchange, kind] of VECTORS) {
    test(`${request.method}: ${title} is ${kind}`, () => {
      const outcome = judge(request, exchange);
      assert.equal(outcome.kind, kind);
      if (kind === 'done') assert.equal('detail' in outcome, false);
      else assert.notEqual('detail' in outcome ? outcome.detail : '', '');
    });
  }

  test('done has the object that the target returned', () => {
    assert.deepEqual(judge(POST, answered(201, OBJECT)), { kind: 'done', status: 201, object: OBJECT });
    assert.deepEqual(judge(PATCH, answered(204)), { kind: 'done', status: 204 });
  });

  test('E2 a redirect shows where to, without the query', () => {
    const outcome = judge(GET, answered(302, '', { location: 'https://sso.example/login?token=1#x' }));
    assert.match('detail' in outcome ? outcome.detail : '', /redirects to https:\/\/sso\.example\/login;/);
  });

  test('a refusal shows scimType and detail', () => {
    const outcome = judge(POST, answered(400, { scimType: 'invalidValue', detail: 'userName is empty' }));
    assert.deepEqual(outcome, { kind: 'refused', status: 400, detail: 'invalidValue: userName is empty' });
  });

  test('the first bytes of a page are shown in one line', () => {
    const outcome = judge(GET, answered(200, `<html>\r\n\u202e${'x'.repeat(500)}`));
    const detail = 'detail' in outcome ? outcome.detail : '';
    assert.match(detail, /<html> x+…$/);
    assert.ok(detail.length < 300);
  });
});

describe('E7 Retry-After', () => {
  const cases: readonly [string | undefined, number][] = [
    ['7', 7000],
    ['1.5', 1500],
    ['0', 1000],
    ['-5', 5000],
    ['1000000000000', 900_000],
    ['Sun, 01 Mar 2026 12:02:00 GMT', 120_000],
    ['Sun, 01 Mar 2020 12:02:00 GMT', 1000],
    ['Sun, 01 Mar 2099 12:02:00 GMT', 900_000],
    ['Sun, 99 Foo 2026', 5000],
    ['soon', 5000],
    ['', 5000],
    [undefined, 5000],
  ];
  for (const [header, expected] of cases) {
    test(`${JSON.stringify(header)} waits ${expected} ms`, () => {
      const outcome = judge(POST, answered(429, '', header === undefined ? {} : { 'retry-after': header }));
      assert.equal(outcome.kind === 'throttled' ? outcome.retryAfterMs : undefined, expected);
    });
  }
});

describe('look-up', () => {
  const find: TargetRequest = { method: 'GET', path: '/Users?filter=x' };

  test('a ListResponse gives its resources', () => {
    const result = judgeList(find, answered(200, { totalResults: 1, Resources: [OBJECT] }));
    assert.deepEqual(result, { kind: 'page', status: 200, totalResults: 1, resources: [OBJECT] });
  });

  test('an empty list may leave Resources out', () => {
    const result = judgeList(find, answered(200, { totalResults: 0 }));
    assert.equal(result.kind === 'page' ? result.resources.length : -1, 0);
  });

  const errors: readonly [string, Exchange, Outcome['kind']][] = [
    ['a single resource', answered(200, OBJECT), 'unusable'],
    ['an empty object', answered(200, {}), 'unusable'],
    ['an empty body', answered(200), 'unusable'],
    ['a sign-in page', answered(200, HTML), 'unusable'],
    ['a count as text', answered(200, { totalResults: '0' }), 'unusable'],
    ['a count without resources', answered(200, { totalResults: 2, Resources: [] }), 'unusable'],
    ['resources that are no list', answered(200, { totalResults: 1, Resources: OBJECT }), 'unusable'],
    ['a resource without an id', answered(200, { totalResults: 1, Resources: [{}] }), 'unusable'],
    ['204', answered(204), 'unusable'],
    ['201 with a resource', answered(201, OBJECT), 'unusable'],
    ['404 with a SCIM error', answered(404, SCIM_ERROR), 'notFound'],
    ['429', answered(429), 'throttled'],
    ['500', answered(500), 'failed'],
  ];
  for (const [title, exchange, kind] of errors) {
    test(`${title} is ${kind}, never "nothing found"`, () => {
      const result = judgeList(find, exchange);
      assert.equal(result.kind === 'error' ? result.outcome.kind : 'page', kind);
    });
  }
});
