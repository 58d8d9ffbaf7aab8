import { bareHost, isLoopback, isRefusedAddress } from './address-rules.ts';
import type { Dialect } from './target.ts';

/** A tenant URL, taken apart. */
export interface TenantUrl {
  readonly origin: string;
  /** The path without a slash at its end; empty for the root. */
  readonly basePath: string;
  /** Query parameters that are the target's own, without the question mark. They may hold a key: never shown. */
  readonly query: string;
  /** The dialect that one of Entra's flags asks for. */
  readonly dialect?: Dialect;
}

/** Entra's compliance flags. They are meant for the client, and never reach the target. */
const FLAGS: Readonly<Record<string, Dialect>> = {
  aadoptscim062020: 'entra-scim062020',
  azureadscimpatch062020: 'entra-scim062020',
  azureadscimpatch2017: 'entra',
};

/**
 * Reads a tenant URL and its flags: `https://app.example/scim?aadOptscim062020`.
 *
 * @throws {TypeError} it is no URL, not https, carries credentials, or points at an address no application has
 */
export function parseTenantUrl(text: string, options: { readonly allowInsecureTarget: boolean }): TenantUrl {
  const url = URL.parse(text.trim());
  if (!url) throw new TypeError('the tenant URL is no URL. Write it whole: https://app.example.com/scim');
  checkTransport(url, options);
  const parameters = [...url.searchParams];
  const dialect = parameters.map(([name]) => FLAGS[name.toLowerCase()]).findLast((flag) => flag !== undefined);
  const own = parameters.filter(([name]) => FLAGS[name.toLowerCase()] === undefined);
  return {
    origin: url.origin,
    basePath: url.pathname.replace(/\/+$/, ''),
    query: new URLSearchParams(own).toString(),
    ...(dialect && { dialect }),
  };
}

function checkTransport(url: URL, { allowInsecureTarget }: { readonly allowInsecureTarget: boolean }): void {
  const { protocol, hostname } = url;
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new TypeError(`the tenant URL must begin with https://, not ${protocol}//`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('the tenant URL must not carry a user name or password. Put the token into the secret token');
  }
  if (isRefusedAddress(bareHost(hostname))) {
    throw new TypeError(`the tenant URL points at ${hostname}, which is no application`);
  }
  if (protocol === 'http:' && !isLoopback(hostname) && !allowInsecureTarget) {
    throw new TypeError(`the tenant URL of ${hostname} must use https: the token would cross the network in clear`);
  }
}
