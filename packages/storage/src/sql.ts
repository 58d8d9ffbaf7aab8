/** A statement with its parameters, ready to run. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Set for statements of constant text: the server parses them once for each connection. */
  readonly name?: string;
}

const FRAGMENT = Symbol('fragment');

/** A piece of SQL with its parameters; made by `sql`, `raw` and `join` only, so that no value becomes text. */
export interface Fragment {
  readonly [FRAGMENT]: true;
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}

const isFragment = (value: unknown): value is Fragment =>
  typeof value === 'object' && value !== null && FRAGMENT in value;

const fragment = (strings: readonly string[], values: readonly unknown[]): Fragment => ({
  [FRAGMENT]: true,
  strings,
  values,
});

/**
 * A tagged template for SQL: every interpolated value becomes a parameter, every interpolated fragment
 * becomes part of the text.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Fragment {
  return fragment(strings, values);
}

/** Text taken as it is. Only for constants of the code: names of columns, directions of sorting. */
export function raw(text: string): Fragment {
  return fragment([text], []);
}

/** Fragments in a row with a separator between them. */
export function join(parts: readonly Fragment[], separator: string): Fragment {
  if (parts.length === 0) return raw('');
  return fragment(['', ...Array<string>(parts.length - 1).fill(separator), ''], parts);
}

/** Makes a fragment runnable: parameters numbered from `$1` in the order of the text. */
export function statement(source: Fragment, name?: string): Statement {
  let text = '';
  const values: unknown[] = [];
  const write = (part: Fragment): void => {
    part.strings.forEach((piece, index) => {
      text += piece;
      if (index >= part.values.length) return;
      const value = part.values[index];
      if (isFragment(value)) write(value);
      else text += `$${values.push(value)}`;
    });
  };
  write(source);
  return name === undefined ? { text, values } : { text, values, name };
}
