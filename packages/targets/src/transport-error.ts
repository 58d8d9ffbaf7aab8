/** What happened on the wire, and what to do about it. */
export interface TransportProblem {
  readonly detail: string;
  readonly advice: string;
}

const CERTIFICATE =
  'Give the endpoint a certificate that a public authority signed for this name, and that has not expired';
const REACH = 'Check host and port of the tenant URL, and that the endpoint is running and reachable from here';

const PROBLEMS: Readonly<Record<string, TransportProblem>> = {
  ENOTFOUND: { detail: 'the host name has no address', advice: 'Check the host name in the tenant URL' },
  EAI_AGAIN: { detail: 'the host name cannot be resolved now', advice: 'Check the name server, then try again' },
  ECONNREFUSED: { detail: 'the connection was refused', advice: REACH },
  EHOSTUNREACH: { detail: 'the host cannot be reached', advice: REACH },
  ENETUNREACH: { detail: 'the network cannot be reached', advice: REACH },
  ETIMEDOUT: { detail: 'the connection timed out', advice: REACH },
  UND_ERR_CONNECT_TIMEOUT: { detail: 'the connection timed out', advice: REACH },
  ECONNRESET: { detail: 'the target closed the connection', advice: 'Look into the log of the target or its gateway' },
  EPIPE: { detail: 'the target closed the connection', advice: 'Look into the log of the target or its gateway' },
  UND_ERR_SOCKET: {
    detail: 'the target closed the connection',
    advice: 'Look into the log of the target or its gateway',
  },
  UND_ERR_HEADERS_OVERFLOW: { detail: 'the target sent too many headers', advice: 'Look into the log of the target' },
  ERR_SSL_WRONG_VERSION_NUMBER: { detail: 'the target does not speak TLS on this port', advice: REACH },
  CERT_HAS_EXPIRED: { detail: 'the certificate has expired', advice: CERTIFICATE },
  ERR_TLS_CERT_ALTNAME_INVALID: { detail: 'the certificate is for another name', advice: CERTIFICATE },
  DEPTH_ZERO_SELF_SIGNED_CERT: { detail: 'the certificate is self-signed', advice: CERTIFICATE },
  SELF_SIGNED_CERT_IN_CHAIN: { detail: 'the certificate has a self-signed authority', advice: CERTIFICATE },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { detail: 'the certificate chain is not complete', advice: CERTIFICATE },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { detail: 'the authority of the certificate is not known', advice: CERTIFICATE },
  ERR_REFUSED_ADDRESS: { detail: 'the host name means an address that no application has', advice: REACH },
};

/** Explains an error of a connection by its code, looking through causes and collections. */
export function explainTransportError(error: unknown): TransportProblem {
  const codes = [...codesOf(error)];
  const known = codes.map((code) => PROBLEMS[code]).find((problem) => problem !== undefined);
  if (known) return { ...known, detail: `${known.detail} (${codes.join(', ')})` };
  if (codes.some((code) => code.startsWith('HPE_'))) {
    return { detail: `the target does not speak HTTP (${codes.join(', ')})`, advice: REACH };
  }
  return { detail: codes.length > 0 ? codes.join(', ') : messageOf(error), advice: REACH };
}

const DEPTH_MAX = 5;

function* codesOf(error: unknown, depth = 0): Generator<string> {
  if (!(error instanceof Error) || depth > DEPTH_MAX) return;
  if ('code' in error && typeof error.code === 'string') yield error.code;
  if (error instanceof AggregateError) yield* codesOf(error.errors[0], depth + 1);
  yield* codesOf(error.cause, depth + 1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
