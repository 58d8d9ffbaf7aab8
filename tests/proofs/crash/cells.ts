/**
 * The model that the server is held against: a map from the name of a thing to a text of its state.
 *
 * Every thing belongs to one client, which sends its writes one after the other, so that the order of writes to
 * it is known. Names: `user:c3u17`, `group:c3g2`, `in:shared-1/c3u17` (membership of one client's user in a
 * group of all), `token:c0t4`.
 */

/** An absent name is a thing that does not exist. */
export type Cells = ReadonlyMap<string, string>;

/** What takes effect as one unit; undefined removes. */
export type Step = ReadonlyMap<string, string | undefined>;

export const userState = (mark: string, title: string, active: boolean): string =>
  JSON.stringify([mark, title, active]);

export interface GroupState {
  readonly mark: string;
  /** Names of users. */
  readonly members: readonly string[];
}

export const groupState = ({ mark, members }: GroupState): string => JSON.stringify([mark, ...[...members].sort()]);

export function readGroupState(text: string): GroupState {
  const [mark = '', ...members]: string[] = JSON.parse(text);
  return { mark, members };
}

export function applyStep(cells: Cells, step: Step): Cells {
  const after = new Map(cells);
  for (const [name, state] of step) {
    if (state === undefined) after.delete(name);
    else after.set(name, state);
  }
  return after;
}

export const applySteps = (cells: Cells, steps: readonly Step[]): Cells => steps.reduce(applyStep, cells);

/** What a client must find again: all that was acknowledged, and the steps of the one request in flight. */
export interface Expected {
  readonly acknowledged: Cells;
  readonly inFlight: readonly Step[];
}

export type Verdict =
  /** So many steps of the request in flight took effect; nothing else differs. */
  | { readonly kind: 'kept'; readonly stepsDone: number }
  /** Things that the request in flight does not touch differ from what was acknowledged. */
  | { readonly kind: 'lost'; readonly differences: readonly string[] }
  /** Only things of the request in flight differ, in a way that no number of whole steps explains. */
  | { readonly kind: 'half-done'; readonly differences: readonly string[] };

/** Holds what was read back against what must be there. The request in flight may be done up to any step. */
export function judge({ acknowledged, inFlight }: Expected, found: Cells): Verdict {
  for (let stepsDone = 0; stepsDone <= inFlight.length; stepsDone += 1) {
    const possible = applySteps(acknowledged, inFlight.slice(0, stepsDone));
    if (differences(possible, found).length === 0) return { kind: 'kept', stepsDone };
  }
  const touched = new Set(inFlight.flatMap((step) => [...step.keys()]));
  const all = differences(acknowledged, found);
  const lost = all.filter(({ name }) => !touched.has(name));
  const kind = lost.length > 0 ? 'lost' : 'half-done';
  return { kind, differences: (lost.length > 0 ? lost : all).map(({ text }) => text) };
}

interface Difference {
  readonly name: string;
  readonly text: string;
}

function differences(expected: Cells, found: Cells): readonly Difference[] {
  const names = new Set([...expected.keys(), ...found.keys()]);
  return [...names].flatMap((name) => {
    const [want, have] = [expected.get(name), found.get(name)];
    return want === have ? [] : [{ name, text: `${name}: ${want ?? 'absent'} expected, ${have ?? 'absent'} found` }];
  });
}
