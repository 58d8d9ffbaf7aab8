import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProxyTest } from './trusted-proxy.ts';

test('addresses and networks are recognised, also as IPv4 in IPv6', () => {
  const isProxy = createProxyTest(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);
  for (const address of ['10.1.2.3', '192.0.2.1', '2001:db8::7', '::ffff:10.1.2.3'])
    assert.ok(isProxy(address), address);
  for (const address of ['11.0.0.1', '192.0.2.2', '2001:db9::7', '::1']) assert.ok(!isProxy(address), address);
});

test('with nothing listed nobody is a proxy', () => {
  assert.equal(createProxyTest([])('127.0.0.1'), false);
});
