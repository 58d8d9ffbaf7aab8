import { VERSION } from '@rollcall/server';
import { Command } from 'commander';
import { demoCommand } from './commands/demo.ts';
import { serveCommand } from './commands/serve.ts';

/** The command line with all its commands. */
export function createProgram(): Command {
  return new Command('rollcall')
    .description('Keeps the accounts of every application equal to the directory.')
    .version(VERSION, '-V, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this help')
    .showHelpAfterError('(rollcall --help lists what there is)')
    .addCommand(serveCommand())
    .addCommand(demoCommand());
}
