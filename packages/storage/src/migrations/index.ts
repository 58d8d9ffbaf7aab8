import type { Migration } from '../migration.ts';
import { keys } from './0000-keys.ts';

/** Every migration of this program, in order of their ids. */
export const migrations: readonly Migration[] = [keys];
