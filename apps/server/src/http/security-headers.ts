import type { FastifyReply } from 'fastify';

/**
 * What every reply carries: it is data, not a page, and belongs to nobody's cache. The consoles' pages set
 * their own policy.
 */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Two years, as browsers' lists ask for; sent only where the public URL is https. */
const TRANSPORT_SECURITY = 'max-age=63072000';

export function setSecurityHeaders(reply: FastifyReply, options: { readonly https?: boolean } = {}): void {
  reply.headers(HEADERS);
  if (options.https === true) reply.header('strict-transport-security', TRANSPORT_SECURITY);
}
