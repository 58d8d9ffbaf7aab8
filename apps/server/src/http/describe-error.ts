/** An error as the log shows it. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/** How far `cause` is followed: a chain may be circular. */
const CAUSES_MAX = 5;
const TEXT_MAX = 4_000;

/** The random part of a token or key, wherever a message quotes one. */
const SECRET = /\b(r[ck]_[0-9a-z]{12}_)[A-Za-z0-9_-]+/g;
const BEARER = /\b(bearer\s+)\S+/gi;
const URL_PASSWORD = /(:\/\/[^\s:@/]*:)[^\s@/]+@/g;

/** Takes type, message, code, stack and causes of an error, and nothing else that hangs on it. */
export function describeError(error: unknown): DescribedError {
  return describe(error, CAUSES_MAX);
}

function describe(error: unknown, causesLeft: number): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutSecrets(String(error)) };
  const code = 'code' in error ? withoutSecrets(String(error.code)) : undefined;
  const stack = error.stack === undefined ? undefined : withoutSecrets(error.stack);
  const cause = error.cause === undefined || causesLeft === 0 ? undefined : describe(error.cause, causesLeft - 1);
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause }),
  };
}

/** The second lock: our own messages hold no secret, a library's may quote what it was given. */
export function withoutSecrets(text: string): string {
  return text.slice(0, TEXT_MAX).replace(SECRET, '$1…').replace(BEARER, '$1…').replace(URL_PASSWORD, '$1…@');
}
