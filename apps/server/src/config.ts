import { isIP } from 'node:net';
import { delimiter, isAbsolute, join } from 'node:path';
import { BOOTSTRAP_KEY_LENGTH_MIN, RATE_LIMIT } from '@rollcall/service';
import { MasterKeyError, parseMasterKey } from '@rollcall/storage';
import { z } from 'zod';

/** What a process does. `api`: answers HTTP. `worker`: runs the engine; of HTTP only health and metrics. */
export type Role = 'all' | 'api' | 'worker';

/** Everything that an operator decides, read once at the start. */
export interface Config {
  readonly role: Role;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Base of every URL that leaves the server; never taken from a request. Undefined: the address it listens at. */
  readonly publicUrl: string | undefined;
  readonly dataFolder: string;
  /** Tenants' sources lie below these, each tenant's in a folder of its slug; nothing else of the machine is read. */
  readonly sourceFolders: readonly string[];
  readonly databaseUrl: string | undefined;
  readonly databaseConnectionsMax: number;
  readonly masterKey: string | undefined;
  /** The master key until now, while it is being replaced. */
  readonly previousMasterKey: string | undefined;
  readonly bootstrapKey: string | undefined;
  readonly logLevel: LogLevel;
  /** Addresses whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  readonly pageSizeDefault: number;
  readonly pageSizeMax: number;
  readonly connectionsPerAddressMax: number;
  readonly requestTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment cannot be used. One line for each variable, with what to do; never a value that is a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `give a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `give a whole number from ${min} to ${max}`)
    .default(fallback);

const HTTP_URL = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'give an absolute URL: https://scim.example.com')
  .refine((text) => !/[?#@]/.test(text), 'give the URL without user, query and fragment')
  .transform((text) => text.replace(/\/+$/, ''));

const POSTGRESQL_URL = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''),
    'give a PostgreSQL URL: postgresql://user:password@host:5432/database',
  );

const MASTER_KEY = z
  .string()
  .refine(isMasterKey, 'give 32 random bytes in base64 or hex, as "openssl rand -base64 32" prints them');

const BOOTSTRAP_KEY = z
  .string()
  .regex(/^[A-Za-z0-9._~+/=-]*$/, 'use letters, digits and . _ ~ + / = - only, so that it fits an Authorization header')
  .min(
    BOOTSTRAP_KEY_LENGTH_MIN,
    `use at least ${BOOTSTRAP_KEY_LENGTH_MIN} random characters, as "openssl rand -hex 32" prints them: it opens every tenant`,
  )
  .max(512, 'use at most 512 characters');

const PROXIES = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((address) => address.trim())
      .filter(Boolean),
  )
  .refine(
    (addresses) => addresses.every(isAddressOrNetwork),
    'list IP addresses or networks, with commas between: 10.0.0.0/8',
  )
  .default([]);

const FOLDERS = z
  .string()
  .transform((text) => text.split(delimiter).filter(Boolean))
  .refine((folders) => folders.every(isAbsolute), `list absolute paths, with "${delimiter}" between`)
  .optional();

/** Each variable with its form; `docs/configuration.md` says the same for people. */
export const VARIABLES = {
  ROLLCALL_ROLE: z.enum(['all', 'api', 'worker'], 'choose all, api or worker').default('all'),
  ROLLCALL_HOST: z.string().default('localhost'),
  PORT: whole(0, 65_535, 8400),
  ROLLCALL_PUBLIC_URL: HTTP_URL.optional(),
  ROLLCALL_DATA: z.string().default('./data'),
  ROLLCALL_SOURCE_FOLDERS: FOLDERS,
  DATABASE_URL: POSTGRESQL_URL.optional(),
  ROLLCALL_DATABASE_CONNECTIONS: whole(2, 500, 10),
  ROLLCALL_MASTER_KEY: MASTER_KEY.optional(),
  ROLLCALL_MASTER_KEY_PREVIOUS: MASTER_KEY.optional(),
  ROLLCALL_BOOTSTRAP_KEY: BOOTSTRAP_KEY.optional(),
  ROLLCALL_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'choose debug, info, warn, error or silent')
    .default('info'),
  ROLLCALL_TRUSTED_PROXIES: PROXIES,
  ROLLCALL_RATE_LIMIT: whole(0, 1_000_000, RATE_LIMIT.perSecond),
  ROLLCALL_RATE_BURST: whole(1, 1_000_000, RATE_LIMIT.burst),
  ROLLCALL_PAGE_SIZE: whole(1, 10_000, 100),
  ROLLCALL_PAGE_SIZE_MAX: whole(1, 10_000, 1000),
  ROLLCALL_CONNECTIONS_PER_ADDRESS: whole(1, 100_000, 100),
  ROLLCALL_REQUEST_TIMEOUT_MS: whole(1_000, 600_000, 30_000),
  ROLLCALL_SHUTDOWN_TIMEOUT_MS: whole(0, 600_000, 20_000),
} as const;

const ENVIRONMENT = z.object(VARIABLES).superRefine((values, context) => {
  if (values.ROLLCALL_PAGE_SIZE > values.ROLLCALL_PAGE_SIZE_MAX) {
    context.addIssue({
      code: 'custom',
      path: ['ROLLCALL_PAGE_SIZE'],
      message: `is more than ROLLCALL_PAGE_SIZE_MAX, which is ${values.ROLLCALL_PAGE_SIZE_MAX}`,
    });
  }
  if (values.DATABASE_URL !== undefined && values.ROLLCALL_MASTER_KEY === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['ROLLCALL_MASTER_KEY'],
      message: 'is needed with DATABASE_URL: every process needs the same one, "openssl rand -base64 32" makes it',
    });
  }
});

/**
 * Reads the environment. An empty variable counts as not set.
 *
 * @throws {ConfigError} with every problem at once
 */
export function readConfig(environment: Environment): Config {
  const given = Object.keys(VARIABLES).flatMap((name) => (environment[name] ? [[name, environment[name]]] : []));
  const parsed = ENVIRONMENT.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error));
  return configFrom(parsed.data);
}

function configFrom(values: z.output<typeof ENVIRONMENT>): Config {
  return {
    role: values.ROLLCALL_ROLE,
    host: values.ROLLCALL_HOST,
    port: values.PORT,
    publicUrl: values.ROLLCALL_PUBLIC_URL,
    dataFolder: values.ROLLCALL_DATA,
    sourceFolders: values.ROLLCALL_SOURCE_FOLDERS ?? [join(values.ROLLCALL_DATA, 'sources')],
    databaseUrl: values.DATABASE_URL,
    databaseConnectionsMax: values.ROLLCALL_DATABASE_CONNECTIONS,
    masterKey: values.ROLLCALL_MASTER_KEY,
    previousMasterKey: values.ROLLCALL_MASTER_KEY_PREVIOUS,
    bootstrapKey: values.ROLLCALL_BOOTSTRAP_KEY,
    logLevel: values.ROLLCALL_LOG_LEVEL,
    trustedProxies: values.ROLLCALL_TRUSTED_PROXIES,
    rateLimitPerSecond: values.ROLLCALL_RATE_LIMIT,
    rateLimitBurst: values.ROLLCALL_RATE_BURST,
    pageSizeDefault: values.ROLLCALL_PAGE_SIZE,
    pageSizeMax: values.ROLLCALL_PAGE_SIZE_MAX,
    connectionsPerAddressMax: values.ROLLCALL_CONNECTIONS_PER_ADDRESS,
    requestTimeoutMs: values.ROLLCALL_REQUEST_TIMEOUT_MS,
    shutdownTimeoutMs: values.ROLLCALL_SHUTDOWN_TIMEOUT_MS,
  };
}

/** The messages are our own texts: none repeats a value. */
const describeIssues = (error: z.ZodError): readonly string[] =>
  error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}.`);

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isMasterKey(text: string): boolean {
  try {
    parseMasterKey(text);
    return true;
  } catch (error) {
    if (error instanceof MasterKeyError) return false;
    throw error;
  }
}
