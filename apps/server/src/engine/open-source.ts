import type { SourceConnection } from '@rollcall/engine';
import { openCsvSource, type Source, SourceError } from '@rollcall/sources';
import { z } from 'zod';
import type { SourceFolders } from './source-folders.ts';

const FILE = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}+$/u, 'give a path without control characters');

/** How a tenant's CSV files are read. */
export const CSV_SETTINGS = z.strictObject({
  usersFile: FILE.describe("A file in the tenant's folder below one of the operator's source folders."),
  groupsFile: FILE.optional().describe('Without it the source has users only.'),
  columns: z
    .record(z.string().max(200), z.string().max(200))
    .optional()
    .describe('Source attributes by header, for headers that are not Entra’s names.'),
  encoding: z.enum(['utf-8', 'windows-1252', 'auto']).optional().describe('`utf-8` when absent.'),
  separator: z.enum([',', ';', '\t', '|', 'auto']).optional().describe('The most frequent of the header when absent.'),
  memberSeparator: z.string().length(1).optional().describe('Between the ids in `members`; `;` when absent.'),
  finalLineBreak: z
    .enum(['required', 'optional'])
    .optional()
    .describe('`optional` gives up the proof that a file was not cut at a line; `required` when absent.'),
});

/**
 * Opens a tenant's source by its kind. This is the one place that lists the connectors.
 *
 * @throws {SourceError} no such connector, or settings that it cannot use
 */
export async function openSource(
  { tenant, kind, settings }: SourceConnection,
  folders: SourceFolders,
): Promise<Source> {
  if (kind !== 'csv') throw new SourceError(`there is no connector for sources of the kind ${JSON.stringify(kind)}`);
  const { usersFile, groupsFile, ...rest } = readSettings(settings);
  const files = {
    usersFile: await folders.resolve(tenant, usersFile),
    ...(groupsFile !== undefined && { groupsFile: await folders.resolve(tenant, groupsFile) }),
  };
  try {
    return openCsvSource({ ...rest, ...files });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SourceError(error.message, { cause: error });
  }
}

function readSettings(settings: SourceConnection['settings']): z.output<typeof CSV_SETTINGS> {
  const parsed = CSV_SETTINGS.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new SourceError(`the source's settings cannot be used: ${z.prettifyError(parsed.error)}`);
}
