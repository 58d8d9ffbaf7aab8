import { CycleFailedError, type TargetConnection } from '@rollcall/engine';
import { isLoopback, openScimTarget, type Target } from '@rollcall/targets';

export interface TargetGateOptions {
  /** Where others reach this deployment. */
  readonly publicUrl: () => string;
  /** Where this process listens, as a client on the same machine writes it. */
  readonly ownUrl: () => string;
  /** Nobody but this machine reaches the server: whoever enters addresses could ask them without us. */
  readonly isLocal: boolean;
}

const ENDPOINTS = '/scim/v2/';

/**
 * Decides which applications this deployment sends to, and opens them.
 *
 * On a server that others reach, a tenant's administrator could have it ask what listens on its own machine
 * only. So there, of this machine's addresses none but our own SCIM endpoints are applications.
 */
export class TargetGate {
  readonly #options: TargetGateOptions;

  constructor(options: TargetGateOptions) {
    this.#options = options;
  }

  /** @throws {CycleFailedError} the application cannot be used as it is entered; the text says what to do */
  open({ tenantUrl, secretToken, profile }: TargetConnection): Target {
    this.#assertAllowed(tenantUrl);
    try {
      return openScimTarget({ tenantUrl, secretToken, profile, allowInsecureTarget: this.#isOurs(tenantUrl) });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new CycleFailedError(error.message, { cause: error });
    }
  }

  #assertAllowed(tenantUrl: string): void {
    const url = URL.parse(tenantUrl.trim());
    if (url === null || this.#options.isLocal || !isLoopback(url.hostname)) return;
    if (url.origin === originOf(this.#options.ownUrl()) && url.pathname.startsWith(ENDPOINTS)) return;
    throw new CycleFailedError(
      `the tenant URL points at ${url.host}, which is this server's own machine: there, only ${this.#options.ownUrl()}${ENDPOINTS}… is an application`,
    );
  }

  /** A deployment that is reached by http sends to itself by http. */
  #isOurs(tenantUrl: string): boolean {
    const url = URL.parse(tenantUrl.trim());
    return url !== null && url.origin === originOf(this.#options.publicUrl()) && url.pathname.startsWith(ENDPOINTS);
  }
}

const originOf = (url: string): string => new URL(url).origin;
