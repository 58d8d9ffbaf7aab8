import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkedLookup, isLoopback, isRefusedAddress } from './address-rules.ts';
import { parseTenantUrl, type TenantUrl } from './tenant-url.ts';

const parse = (text: string, allowInsecureTarget = false) => parseTenantUrl(text, { allowInsecureTarget });

describe('tenant URL', () => {
  const cases: readonly [string, TenantUrl][] = [
    ['https://app.example/scim/', { origin: 'https://app.example', basePath: '/scim', query: '' }],
    [' https://app.example ', { origin: 'https://app.example', basePath: '', query: '' }],
    ['https://app.example:8443/a/b//', { origin: 'https://app.example:8443', basePath: '/a/b', query: '' }],
    [
      'https://app.example/s?aadOptscim062020',
      { origin: 'https://app.example', basePath: '/s', query: '', dialect: 'entra-scim062020' },
    ],
    [
      'https://app.example/?AADOPTSCIM062020=1&k=v%26w',
      { origin: 'https://app.example', basePath: '', query: 'k=v%26w', dialect: 'entra-scim062020' },
    ],
    [
      'https://app.example/?AzureAdScimPatch2017',
      { origin: 'https://app.example', basePath: '', query: '', dialect: 'entra' },
    ],
    ['http://localhost:8400/scim/v2/acme', { origin: 'http://localhost:8400', basePath: '/scim/v2/acme', query: '' }],
    ['http://127.1.2.3', { origin: 'http://127.1.2.3', basePath: '', query: '' }],
    ['http://[::1]:80/x', { origin: 'http://[::1]', basePath: '/x', query: '' }],
  ];
  for (const [text, expected] of cases) {
    test(text, () => assert.deepEqual(parse(text), expected));
  }

  const refused: readonly [string, RegExp][] = [
    ['app.example/scim', /is no URL/],
    ['ftp://app.example', /must begin with https/],
    ['http://app.example', /must use https/],
    ['http://localhost.example', /must use https/],
    ['http://10.0.0.1', /must use https/],
    ['https://user:hunter2@app.example', /must not carry a user name/],
    ['https://169.254.169.254/latest', /points at 169\.254\.169\.254/],
    ['https://0xa9.0xfe.43518/', /points at 169\.254\.169\.254/],
    ['https://[::ffff:169.254.169.254]/', /which is no application/],
    ['https://[fe80::1]/', /which is no application/],
    ['https://0.0.0.0/', /which is no application/],
  ];
  for (const [text, message] of refused) {
    test(`E1 ${text} is refused`, () => {
      assert.throws(
        () => parse(text),
        (error) => error instanceof TypeError && message.test(error.message) && !error.message.includes('hunter2'),
      );
    });
  }

  test('http to another machine needs allowInsecureTarget, which opens no refused address', () => {
    assert.equal(parse('http://app.example', true).origin, 'http://app.example');
    assert.throws(() => parse('http://169.254.169.254', true), TypeError);
  });
});

describe('E1 addresses', () => {
  test('loopback is loopback in every spelling, and nothing else is', () => {
    for (const host of ['localhost', 'LOCALHOST.', 'a.localhost', '127.0.0.1', '127.255.0.1', '[::1]'])
      assert.ok(isLoopback(host), host);
    for (const host of ['localhost.example', '128.0.0.1', '[::2]', 'xlocalhost'])
      assert.equal(isLoopback(host), false, host);
  });

  test('metadata addresses are refused in IPv4, IPv6 and IPv4 written as IPv6', () => {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      'fe80::1',
      '0.0.0.0',
      '::',
      'fd00:ec2::254',
      '255.255.255.255',
    ]) {
      assert.ok(isRefusedAddress(address), address);
    }
    for (const address of ['127.0.0.1', '10.1.2.3', '::1', '2001:db8::1', 'app.example'])
      assert.equal(isRefusedAddress(address), false, address);
  });

  test('a name that means a refused address is not connected to', async () => {
    const error = await new Promise((resolve) => checkedLookup('169.254.169.254', { all: true }, resolve));
    assert.match(String(error), /RefusedAddressError: .* means 169\.254\.169\.254/);
  });

  for (const all of [true, false]) {
    test(`a good name is answered${all ? ' with all its addresses' : ''}`, async () => {
      const answer = await new Promise((resolve, reject) => {
        checkedLookup('127.0.0.1', { all }, (error, address) => (error ? reject(error) : resolve(address)));
      });
      assert.deepEqual(answer, all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1');
    });
  }
});
