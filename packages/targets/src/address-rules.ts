import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** An address that no application has, and that machines of a cloud answer with their credentials on. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly code = 'ERR_REFUSED_ADDRESS';
}

const REFUSED = new BlockList();
REFUSED.addSubnet('0.0.0.0', 8, 'ipv4');
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('224.0.0.0', 3, 'ipv4');
REFUSED.addAddress('::', 'ipv6');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addSubnet('ff00::', 8, 'ipv6');
// The metadata service of one large cloud on IPv6.
REFUSED.addAddress('fd00:ec2::254', 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address may never be connected to, in IPv4, IPv6 or IPv4 written as IPv6. */
export function isRefusedAddress(address: string): boolean {
  return isListed(REFUSED, address);
}

/** Whether a host name or address means this machine. */
export function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || isListed(LOOPBACK, host);
}

/** A URL's host name without the brackets of IPv6 and without a full stop at the end. */
export function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Resolves a name and refuses it when any of its addresses is refused. The connection is made to the
 * addresses that were checked, so that a name cannot change its meaning in between.
 */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  const every: LookupOptions & { all: true } = { ...options, all: true };
  dnsLookup(hostname, every, (error, addresses) => {
    const refused = error ? undefined : addresses.find(({ address }) => isRefusedAddress(address));
    if (refused) callback(new RefusedAddressError(`${hostname} means ${refused.address}, which is no application`), '');
    else if (error) callback(error, '');
    else answer(options, addresses, callback);
  });
};

function answer(options: LookupOptions, addresses: LookupAddress[], callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (options.all === true) callback(null, addresses);
  else if (first) callback(null, first.address, first.family);
  else callback(new RefusedAddressError('the name has no address'), '');
}
