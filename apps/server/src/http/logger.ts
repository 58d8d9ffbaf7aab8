import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config.ts';
import { describeError } from './describe-error.ts';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Standard error when absent: standard output is for what a command answers. */
  readonly destination?: DestinationStream | undefined;
}

/**
 * One JSON object for each line, controls escaped: no value can begin a line of its own.
 *
 * What may be written is listed, not what may not: of requests, replies and errors only the fields named here
 * pass, whatever a caller hands in.
 */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        err: describeError,
        req: (request: { readonly method?: unknown }) => ({ method: String(request.method) }),
        res: (reply: { readonly statusCode?: unknown }) => ({ status: Number(reply.statusCode) }),
      },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}
