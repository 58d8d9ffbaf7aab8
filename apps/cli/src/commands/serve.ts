import { type RunningServer, readConfig, startServer } from '@rollcall/server';
import { Command, Option } from 'commander';
import { stopOnSignal } from '../stop-on-signal.ts';

interface ServeFlags {
  readonly port?: string;
  readonly data?: string;
  readonly role?: string;
}

/** `rollcall serve`: the server, until it is told to stop. Its first line of output is its address. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Serves the SCIM endpoints, the admin API and the workers.')
    .option('--port <number>', 'TCP port; 0 takes any free one (PORT, default 8400)')
    .option('--data <folder>', 'folder of the embedded database (ROLLCALL_DATA, default ./data)')
    .addOption(new Option('--role <role>', 'what this process does (ROLLCALL_ROLE)').choices(['all', 'api', 'worker']))
    .addHelpText('after', '\nEverything else is set by environment variables: docs/configuration.md lists them.')
    .action(async (flags: ServeFlags) => {
      const server = await serve(flags);
      process.stdout.write(`Rollcall serves at ${server.url}\n`);
      await stopOnSignal(() => server.close());
    });
}

async function serve({ port, data, role }: ServeFlags): Promise<RunningServer> {
  return startServer(
    readConfig({
      ...process.env,
      ...(port !== undefined && { PORT: port }),
      ...(data !== undefined && { ROLLCALL_DATA: data }),
      ...(role !== undefined && { ROLLCALL_ROLE: role }),
    }),
  );
}
