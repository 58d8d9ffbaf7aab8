import { randomUUID } from 'node:crypto';
import { testConnection } from './connection-test.ts';
import { resourcePath } from './dialects/build-requests.ts';
import { cancelledUnsent, HttpTransport } from './http-transport.ts';
import { equalHits, findRequest, type LookUp } from './look-up.ts';
import { judge, judgeList, type ListResult, pauseAskedFor } from './outcome.ts';
import { Pacer } from './pacer.ts';
import { completeProfile } from './profiles/profile.ts';
import type {
  ConnectionTest,
  FindResult,
  Outcome,
  Target,
  TargetObject,
  TargetProfile,
  TargetRequest,
  TargetResourceType,
} from './target.ts';
import type { Exchange } from './target-response.ts';
import { parseTenantUrl } from './tenant-url.ts';

export interface ScimTargetOptions {
  /** The SCIM base URL. Entra's flags in its query choose the dialect and are not sent on. */
  readonly tenantUrl: string;
  /** The bearer token. It is in no error, outcome or address that this package gives out. */
  readonly secretToken: string;
  /** What differs from `DEFAULT_PROFILE`; a dialect given here stands above a flag in the URL. */
  readonly profile?: Partial<TargetProfile>;
  /** Allows http to other machines: token and personal data then cross the network in clear. */
  readonly allowInsecureTarget?: boolean;
}

/** Pages of one look-up. An attribute that identifies has one hit; more pages than this are no answer to `eq`. */
const FIND_PAGES_MAX = 10;

/**
 * Opens a SCIM endpoint as a target. Nothing is sent before the first request.
 *
 * @throws {TypeError} the tenant URL, the token or the profile cannot be used
 */
export function openScimTarget(options: ScimTargetOptions): Target {
  const { secretToken, allowInsecureTarget = false } = options;
  // Letters, digits and punctuation of ASCII: anything else is no header value, and an error of the HTTP
  // library would show it.
  if (!/^[\x21-\x7e]+$/.test(secretToken)) {
    throw new TypeError(
      'the secret token is empty or holds characters that no token has, such as blanks or line breaks',
    );
  }
  const tenant = parseTenantUrl(options.tenantUrl, { allowInsecureTarget });
  const profile = completeProfile({ ...(tenant.dialect && { dialect: tenant.dialect }), ...options.profile });
  return new ScimTarget(profile, new HttpTransport({ tenant, secretToken, profile }));
}

class ScimTarget implements Target {
  readonly profile: TargetProfile;
  readonly #transport: HttpTransport;
  readonly #pacer: Pacer;

  constructor(profile: TargetProfile, transport: HttpTransport) {
    this.profile = profile;
    this.#transport = transport;
    this.#pacer = new Pacer(profile.concurrency);
  }

  async send(request: TargetRequest, signal?: AbortSignal): Promise<Outcome> {
    return judge(request, await this.#exchange(request, signal));
  }

  async get(type: TargetResourceType, id: string): Promise<Outcome> {
    const withoutMembers = type === 'Group' ? '?excludedAttributes=members' : '';
    return this.send({ method: 'GET', path: `${resourcePath(type, id)}${withoutMembers}` });
  }

  async find(type: TargetResourceType, attribute: string, value: string): Promise<FindResult> {
    if (!value.isWellFormed()) {
      const detail = `${attribute} was not looked up: its value holds half a character. Correct it at the source`;
      return { kind: 'error', outcome: { kind: 'failed', detail } };
    }
    const lookUp = { type, attribute, value };
    const listed = await this.#list(lookUp);
    return listed.kind === 'error' ? listed : { kind: 'found', objects: equalHits(lookUp, listed.objects) };
  }

  async test(matching: { readonly user: string; readonly group?: string }): Promise<ConnectionTest> {
    return testConnection({
      matching,
      exchange: (request) => this.#exchange(request),
      shownUrl: (request) => this.#transport.shownUrl(request),
      newValue: randomUUID,
    });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** Reads every page of a look-up, so that a target that means "contains" cannot hide the equal hit. */
  async #list(lookUp: LookUp): Promise<FindResult> {
    const objects: TargetObject[] = [];
    for (let page = 0; page < FIND_PAGES_MAX; page += 1) {
      const listed = await this.#listPage(lookUp, objects.length);
      if (listed.kind === 'error') return listed;
      objects.push(...listed.resources);
      if (objects.length >= listed.totalResults) return { kind: 'found', objects };
    }
    const detail = `the target has more than ${objects.length} hits for one value of ${lookUp.attribute}: it ignores the filter`;
    return { kind: 'error', outcome: { kind: 'unusable', status: 200, detail } };
  }

  async #listPage(lookUp: LookUp, read: number): Promise<ListResult> {
    const request = findRequest(
      lookUp,
      read === 0 ? undefined : { startIndex: read + 1, count: this.profile.pageSize },
    );
    return judgeList(request, await this.#exchange(request));
  }

  async #exchange(request: TargetRequest, signal?: AbortSignal): Promise<Exchange> {
    if (signal?.aborted) return cancelledUnsent();
    try {
      return await this.#pacer.run(async () => this.#paced(await this.#transport.exchange(request, signal)), signal);
    } catch (reason) {
      if (signal?.aborted) return cancelledUnsent();
      throw reason;
    }
  }

  /** A target that asks for a pause gets it from every request that follows. */
  #paced(exchange: Exchange): Exchange {
    const pauseMs = pauseAskedFor(exchange);
    if (pauseMs !== undefined) this.#pacer.rest(pauseMs);
    return exchange;
  }
}
