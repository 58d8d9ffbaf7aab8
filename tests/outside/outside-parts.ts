import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../support/part.ts';

const folder = import.meta.dirname;

export const newman: string = join(folder, 'node_modules', '.bin', 'newman');
export const python: string = join(folder, '.venv', 'bin', 'python');

export const NEWMAN: Part = { name: 'newman', present: existsSync(newman), bring: 'tests/outside/prepare' };

/** Present when the installation went through, not when it began. */
export const PYTHON_TESTERS: Part = {
  name: "the Python testers' virtual environment",
  present: existsSync(join(folder, '.venv', 'installed')),
  bring: 'apt-get install python3-venv, then tests/outside/prepare',
};
