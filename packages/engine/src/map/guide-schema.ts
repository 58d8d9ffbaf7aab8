import type { AttributeDefinition, JobSchema } from './job-schema.ts';
import { DEFAULT_SOURCE_ATTRIBUTES } from './source-attributes.ts';

export const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The text that the administrator guide asks for, blank argument and all. */
export const ACTIVE_EXPRESSION = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';

export interface GuideSchemaOptions {
  /** Source attribute that holds the address people sign in with. Default `userPrincipalName`. */
  readonly userNameFrom?: string;
  /** Attributes that the source has besides the usual ones, such as a CSV file's own columns. */
  readonly sourceAttributes?: Partial<JobSchema['sourceAttributes']>;
}

/** The attribute lists, four user mappings and three group mappings of the administrator guide. */
export function guideSchema(options: GuideSchemaOptions = {}): JobSchema {
  const { userNameFrom = 'userPrincipalName', sourceAttributes } = options;
  return {
    sourceAttributes: {
      User: withMore(DEFAULT_SOURCE_ATTRIBUTES.User, sourceAttributes?.User),
      Group: withMore(DEFAULT_SOURCE_ATTRIBUTES.Group, sourceAttributes?.Group),
    },
    targetAttributes: { User: USER_ATTRIBUTES, Group: GROUP_ATTRIBUTES },
    objectMappings: [
      {
        sourceObject: 'User',
        targetObject: ENTERPRISE_USER,
        enabled: true,
        flowTypes: ['Add', 'Update', 'Delete'],
        attributeMappings: [
          { target: 'externalId', source: { type: 'direct', attribute: 'objectId' }, matchingPriority: 1 },
          { target: 'active', source: { type: 'expression', expression: ACTIVE_EXPRESSION } },
          { target: 'displayName', source: { type: 'direct', attribute: 'displayName' } },
          { target: 'userName', source: { type: 'direct', attribute: userNameFrom } },
        ],
      },
      {
        sourceObject: 'Group',
        targetObject: CORE_GROUP,
        enabled: true,
        flowTypes: ['Add', 'Update', 'Delete'],
        attributeMappings: [
          { target: 'externalId', source: { type: 'direct', attribute: 'objectId' }, matchingPriority: 1 },
          { target: 'displayName', source: { type: 'direct', attribute: 'displayName' } },
          { target: 'members', source: { type: 'direct', attribute: 'members' } },
        ],
      },
    ],
  };
}

const USER_ATTRIBUTES: readonly AttributeDefinition[] = [
  { name: 'id', type: 'String', primary: true, required: true },
  { name: 'active', type: 'Boolean' },
  { name: 'userName', type: 'String', required: true },
  { name: 'externalId', type: 'String', required: true },
  { name: 'displayName', type: 'String' },
];

const GROUP_ATTRIBUTES: readonly AttributeDefinition[] = [
  { name: 'id', type: 'String', primary: true, required: true },
  { name: 'externalId', type: 'String', required: true },
  { name: 'displayName', type: 'String', required: true },
  { name: 'members', type: 'Reference', multiValued: true, referencedObjects: [CORE_GROUP, ENTERPRISE_USER] },
];

function withMore(
  usual: readonly AttributeDefinition[],
  more: readonly AttributeDefinition[] = [],
): readonly AttributeDefinition[] {
  const named = new Set(more.map(({ name }) => name.toLowerCase()));
  return [...usual.filter(({ name }) => !named.has(name.toLowerCase())), ...more];
}
