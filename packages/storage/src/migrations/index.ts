import type { Migration } from '../migration.ts';
import { keys } from './0000-keys.ts';
import { serviceMigration } from './0001-service.ts';
import { engine } from './0002-engine.ts';

/** Every migration of this program, in order of their ids. */
export const migrations: readonly Migration[] = [keys, serviceMigration, engine];
