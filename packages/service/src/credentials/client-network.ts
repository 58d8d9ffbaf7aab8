import { isIPv6 } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * What counts as one client: an IPv4 address, or the first 64 bits of an IPv6 address, since whoever has
 * one address of such a network has all of them.
 */
export function clientNetwork(address: string): string {
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? `${networkGroups(address).join(':')}::/64` : address;
}

/** The first four groups of an IPv6 address, `::` written out, in lower case and without leading zeros. */
function networkGroups(address: string): readonly string[] {
  const [before = '', after] = (address.split('%')[0] ?? '').split('::');
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  // A dotted tail such as `64:ff9b::192.0.2.1` stands for two groups; all of it lies behind the first four.
  const width = tail.length + (after?.includes('.') ? 1 : 0);
  const zeros = Array<string>(Math.max(0, 8 - head.length - width)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}

const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
