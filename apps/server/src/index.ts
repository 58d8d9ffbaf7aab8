// The demo's directory: the command line has no other use of the connectors.
export { writeCompany } from '@rollcall/sources';
export { REPLIES, type Reply } from './api/replies.ts';
export {
  type Config,
  ConfigError,
  type Environment,
  type LogLevel,
  type Role,
  readConfig,
  VARIABLES,
} from './config.ts';
export type { RouteAccess, RouteEntry } from './http/route-table.ts';
export type { RunningServer } from './running-server.ts';
export { type StartOptions, startServer } from './start-server.ts';
export { VERSION } from './version.ts';
