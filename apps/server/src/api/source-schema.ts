import type { SourceRow } from '@rollcall/engine';
import { z } from 'zod';
import { CSV_SETTINGS } from '../engine/open-source.ts';
import { NAME } from './tenant-schema.ts';

export const NEW_SOURCE = z
  .strictObject({
    name: NAME,
    kind: z.literal('csv').describe('Which connector reads it.'),
    settings: CSV_SETTINGS,
  })
  .meta({
    example: { name: 'HR export', kind: 'csv', settings: { usersFile: 'users.csv', groupsFile: 'groups.csv' } },
  });

export const SOURCE = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  settings: z.record(z.string(), z.unknown()).describe("The connector's own; never a secret."),
  createdAt: z.string(),
});

export const SOURCE_TEST = z.object({
  ok: z.boolean(),
  detail: z.string().describe('What was found, or what is wrong and where.'),
  advice: z.string().optional().describe('What to do, when it is not ok.'),
});

export const sourceDocument = ({ id, name, kind, settings, createdAt }: SourceRow): z.input<typeof SOURCE> => ({
  id,
  name,
  kind,
  settings: { ...settings },
  createdAt: createdAt.toISOString(),
});
