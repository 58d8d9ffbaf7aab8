import type { Job } from '@rollcall/engine';
import { z } from 'zod';

const ATTRIBUTE_NAME = z.string().min(1).max(500);
const ATTRIBUTES_MAX = 2000;

const ATTRIBUTE = z.strictObject({
  name: ATTRIBUTE_NAME,
  type: z.enum(['String', 'Integer', 'Boolean', 'DateTime', 'Binary', 'Reference']),
  primary: z.boolean().exactOptional().describe("The target's own id: exactly one in a list."),
  required: z.boolean().exactOptional().describe('An object without a value for it is not created.'),
  multiValued: z.boolean().exactOptional(),
  caseExact: z.boolean().exactOptional().describe('False: a value that differs in case alone is no change.'),
  referencedObjects: z.array(z.string().max(500)).max(20).readonly().exactOptional(),
});

const ATTRIBUTE_LISTS = z.strictObject({
  User: z.array(ATTRIBUTE).max(ATTRIBUTES_MAX).readonly(),
  Group: z.array(ATTRIBUTE).max(ATTRIBUTES_MAX).readonly(),
});

const MAPPING_SOURCE = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('direct'), attribute: ATTRIBUTE_NAME }),
  z.strictObject({ type: z.literal('constant'), value: z.string().max(10_000) }),
  z.strictObject({ type: z.literal('expression'), expression: z.string().min(1).max(10_000) }),
  z.strictObject({ type: z.literal('none') }),
]);

const ATTRIBUTE_MAPPING = z.strictObject({
  target: ATTRIBUTE_NAME.describe('As the target’s list names it: `userName`, `name.givenName`.'),
  source: MAPPING_SOURCE,
  defaultValue: z.string().max(10_000).exactOptional().describe('Flows on creation when the source gives no value.'),
  flowType: z.enum(['Always', 'ObjectAddOnly']).exactOptional(),
  matchingPriority: z
    .int()
    .min(0)
    .max(1000)
    .exactOptional()
    .describe('Matching precedence: the lowest number is asked first; 0 or absent: no matching.'),
  flowNull: z.boolean().exactOptional().describe('False: a value that the source clears stays at the target.'),
});

const OBJECT_MAPPING = z.strictObject({
  sourceObject: z.enum(['User', 'Group']),
  targetObject: z.string().min(1).max(500).describe("Schema URN of the target's object."),
  enabled: z.boolean(),
  flowTypes: z
    .array(z.enum(['Add', 'Update', 'Delete']))
    .max(3)
    .readonly(),
  attributeMappings: z.array(ATTRIBUTE_MAPPING).max(ATTRIBUTES_MAX).readonly(),
});

/** Attribute lists of both sides, and the mappings between them. */
const JOB_SCHEMA = z.strictObject({
  sourceAttributes: ATTRIBUTE_LISTS,
  targetAttributes: ATTRIBUTE_LISTS,
  objectMappings: z.array(OBJECT_MAPPING).max(2).readonly(),
});

const LIMIT = z.int().min(0).exactOptional();

const SETTINGS = z.strictObject({
  scope: z
    .enum(['all', 'assigned'])
    .describe('`assigned`: assigned users and groups, and direct members of assigned groups.'),
  outOfScope: z
    .enum(['disable', 'delete', 'leave'])
    .describe('What happens to an object that leaves scope while the source still has it.'),
  limits: z
    .strictObject({
      create: LIMIT,
      update: LIMIT,
      disable: LIMIT,
      enable: LIMIT,
      delete: LIMIT,
      link: LIMIT,
      release: LIMIT,
      addMembers: LIMIT,
      removeMembers: LIMIT,
    })
    .describe('Most operations of a kind in one cycle; a plan beyond one of them writes nothing.'),
});

const STATUS = z.enum(['on', 'off']).describe('Provisioning Status.');

export const NEW_JOB = z
  .strictObject({
    applicationId: z.uuid('give the id of an application'),
    sourceId: z.uuid('give the id of a source'),
    schema: JOB_SCHEMA.optional().describe("The administrator guide's mappings, when absent."),
    userNameFrom: ATTRIBUTE_NAME.optional().describe(
      "For the guide's mappings: the source attribute that people sign in with; `userPrincipalName` when absent.",
    ),
    settings: SETTINGS.partial().optional(),
    status: STATUS.optional(),
  })
  .refine((job) => job.schema === undefined || job.userNameFrom === undefined, {
    path: ['userNameFrom'],
    message: 'is part of the schema: give either of the two',
  })
  .meta({
    example: {
      applicationId: '0d9c8a8e-5a43-4a37-8f0e-2f6a4f0c1d11',
      sourceId: '7b8a3c52-4f5b-4e0e-9a51-0d1f5f1c2b22',
      settings: { scope: 'all' },
    },
  });

export const JOB_CHANGE = z
  .strictObject({
    schema: JOB_SCHEMA,
    settings: SETTINGS.partial().optional().describe('What is absent is set to its default.'),
    status: STATUS,
  })
  .meta({
    example: {
      schema: {
        sourceAttributes: { User: [], Group: [] },
        targetAttributes: { User: [], Group: [] },
        objectMappings: [],
      },
      settings: { scope: 'assigned', outOfScope: 'disable', limits: { delete: 10 } },
      status: 'on',
    },
  });

export const JOB = z.object({
  id: z.string(),
  applicationId: z.string(),
  sourceId: z.string(),
  schema: JOB_SCHEMA,
  settings: SETTINGS,
  status: STATUS,
  initialCompletedAt: z.string().optional().describe('When the first cycle was completed.'),
});

export function jobDocument(job: Job): z.input<typeof JOB> {
  const { tenant: _, initialCompletedAt, ...rest } = job;
  return { ...rest, ...(initialCompletedAt && { initialCompletedAt: initialCompletedAt.toISOString() }) };
}
