import type { Database } from '@rollcall/storage';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../credentials/clock.ts';
import type { CursorCodec } from '../resources/cursor.ts';
import type { TokenAuthenticator } from '../tokens/token-authenticator.ts';
import type { ScimLimits } from './limits.ts';

/** What the endpoint is made of. */
export interface ScimServices {
  readonly database: Database;
  readonly tokens: TokenAuthenticator;
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  /** The deployment's own address, without a trailing slash: the only source of addresses in replies. */
  readonly publicUrl: string;
  readonly limits: ScimLimits;
  /** Told of every error that became a 500, with its cause. */
  readonly onError: (error: unknown, request: FastifyRequest) => void;
}
