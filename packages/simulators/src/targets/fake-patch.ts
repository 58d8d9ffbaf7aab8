/** A resource of the fake target. */
export type FakeResource = Record<string, unknown> & { readonly id: string };

/** What a PATCH makes of a resource; members apart, since they may be many. */
export interface FakePatchResult {
  readonly resource: FakeResource;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

interface FakeOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

const MEMBER = /^members\[value eq "(?<id>[^"]+)"\]$/i;

/** Applies a PATCH in the spelling of any dialect: names of operations in any case, with and without a path. */
export function applyFakePatch(current: FakeResource, body: unknown): FakePatchResult {
  const resource: FakeResource = { ...current };
  const added: string[] = [];
  const removed: string[] = [];
  for (const operation of operationsOf(body)) {
    const remove = operation.op.toLowerCase() === 'remove';
    const member = MEMBER.exec(operation.path ?? '')?.groups?.id;
    if (member !== undefined) removed.push(member);
    else if (operation.path?.toLowerCase() === 'members') (remove ? removed : added).push(...idsOf(operation.value));
    else setAttributes(resource, operation, remove);
  }
  return { resource, added, removed };
}

function operationsOf(body: unknown): readonly FakeOperation[] {
  const operations = (body as { Operations?: readonly FakeOperation[] } | null)?.Operations;
  return operations ?? [];
}

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((member: { value: string }) => member.value) : [];
}

function setAttributes(resource: Record<string, unknown>, { path, value }: FakeOperation, remove: boolean): void {
  const values = path === undefined ? (value as Record<string, unknown>) : { [path]: value };
  for (const [name, given] of Object.entries(values)) {
    const key = Object.keys(resource).find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
    if (remove) delete resource[key];
    else resource[key] = name.toLowerCase() === 'active' ? String(given).toLowerCase() === 'true' : given;
  }
}
