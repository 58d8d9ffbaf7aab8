import type { Source } from '@rollcall/sources';
import type { Database } from '@rollcall/storage';
import type { Target, TargetProfile } from '@rollcall/targets';

/** Time, as the engine sees it. A simulation gives its own. */
export interface Clock {
  now(): Date;
  /** Resolves after the time, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Secrets at rest; `aad` binds a secret to the row that it stands in. */
export interface SecretBox {
  seal(plaintext: string, aad: string): Promise<Buffer>;
  open(sealed: Buffer, aad: string): Promise<string>;
}

/** A source as stored, its secret opened. */
export interface SourceConnection {
  /** Whose source it is: what one tenant may read says nothing of another. */
  readonly tenant: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret?: string;
}

/** An application as stored, its secret token opened. */
export interface TargetConnection {
  readonly tenant: string;
  readonly tenantUrl: string;
  readonly secretToken: string;
  readonly profile: TargetProfile;
}

/** Everything that the engine takes from outside. The same ports and the same seed give the same run. */
export interface EnginePorts {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  newId(): string;
  /** At least 0, below 1. */
  random(): number;
  openSource(connection: SourceConnection): Source | Promise<Source>;
  openTarget(connection: TargetConnection): Target | Promise<Target>;
}
