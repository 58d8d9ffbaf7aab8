import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BulkOperation } from '../message/bulk-request.ts';
import type { JsonObject } from '../resource/resource.ts';
import { GROUP_TYPE } from '../schema/core-types.ts';
import { planBulk } from './order.ts';
import { bulkIdsIn, replaceBulkIds } from './references.ts';

/** Groups, each with the positions of the groups that are in it: any graph, circles included. */
const graph = fc
  .integer({ min: 1, max: 8 })
  .chain((size) => fc.array(fc.uniqueArray(fc.nat({ max: size - 1 })), { minLength: size, maxLength: size }));

function operationsOf(edges: readonly (readonly number[])[]): readonly BulkOperation[] {
  return edges.map((members, index) => ({
    method: 'POST',
    type: GROUP_TYPE,
    bulkId: `g${index}`,
    data: { displayName: `g${index}`, members: members.map((member) => ({ value: `bulkId:g${member}` })) },
  }));
}

/** Runs the steps on a map, as a store would, and returns the members of each group. */
function carryOut(operations: readonly BulkOperation[]): Map<string, Set<string>> {
  const ids = new Map<string, string>();
  const members = new Map<string, Set<string>>();
  for (const step of planBulk(operations)) {
    assert.ok(step.requires.every((bulkId) => ids.has(bulkId) || step.kind === 'complete'));
    if (step.kind === 'run') {
      const { bulkId = '' } = step.operation;
      const data = replaceBulkIds((step.operation as { data: JsonObject }).data, ids);
      ids.set(bulkId, `id-${bulkId}`);
      members.set(`id-${bulkId}`, new Set(valuesOf(data.members)));
    } else {
      const data = replaceBulkIds(step.data, ids);
      const [operation] = data.Operations as unknown as [JsonObject];
      for (const value of valuesOf(operation.value)) members.get(ids.get(step.bulkId) ?? '')?.add(value);
    }
    assert.deepEqual([...bulkIdsIn(Object.fromEntries([...members].map(([id, set]) => [id, [...set]])))], []);
  }
  return members;
}

function valuesOf(members: unknown): readonly string[] {
  return ((members ?? []) as readonly { value: string }[]).map(({ value }) => value);
}

test('P4 property: whatever refers to whatever, each group ends with its members, each operation runs once', () => {
  fc.assert(
    fc.property(graph, (edges) => {
      const operations = operationsOf(edges);
      const runs = planBulk(operations).filter(({ kind }) => kind === 'run');
      assert.deepEqual(
        runs.map(({ position }) => position).sort((a, b) => a - b),
        [...edges.keys()],
      );
      const members = carryOut(operations);
      for (const [index, expected] of edges.entries()) {
        assert.deepEqual(members.get(`id-g${index}`), new Set(expected.map((member) => `id-g${member}`)));
      }
    }),
    { numRuns: 500 },
  );
});
