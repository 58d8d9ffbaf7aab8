import { type Arguments, elementsOf } from '../argument.ts';
import type { Run } from '../run.ts';
import { type AppRole, isNull, printValue, type Value } from '../value.ts';
import type { FunctionDefinition } from './function-definition.ts';

const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';

/** The first role's name. Entra leaves open which one it is of several. */
function singleAppRole([assignments]: Arguments, run: Run): Value {
  return elementsOf(assignments, run)[0] ?? null;
}

/** Every role as a SCIM role, none of them primary. */
function appRoles([assignments = null]: Arguments, run: Run): Value {
  return isNull(assignments) ? null : elementsOf(assignments, run).map((name) => roleOf(printValue(name)));
}

function roleOf(name: string): AppRole {
  return { primary: false, type: ROLE_TYPE, display: name, value: name };
}

const parameters = [{ name: 'appRoleAssignments' }] as const;

/**
 * The functions of app roles. The source attribute is the list of the roles' names. The two that yield
 * roles differ in how the target is changed, which is for the caller: the assertive one replaces the
 * target's roles, the other only adds to them.
 *
 * @see Entra, "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app
 */
export const APP_ROLES: readonly FunctionDefinition[] = [
  { name: 'SingleAppRoleAssignment', parameters, evaluate: singleAppRole },
  { name: 'AppRoleAssignmentsComplex', parameters, outermost: true, evaluate: appRoles },
  { name: 'AssertiveAppRoleAssignmentsComplex', parameters, outermost: true, evaluate: appRoles },
];
