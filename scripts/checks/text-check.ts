/** One thing that a text check found. */
export interface Finding {
  /** The file, relative to the root of the project. */
  readonly file: string;
  /** Counted from 1; absent when the whole file is meant. */
  readonly line?: number;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** A rule over the project's own text that no linter knows. */
export interface TextCheck {
  readonly name: string;
  /** Whether the rule is about this file; the path is relative to the root, with `/`. */
  appliesTo(file: string): boolean;
  find(file: string, text: string): readonly Finding[];
}

/** Every place where `pattern`, a global regular expression, matches. */
export function findPattern(file: string, text: string, pattern: RegExp, message: string): readonly Finding[] {
  return Array.from(text.matchAll(pattern), (match) => ({ file, line: lineAt(text, match.index), message }));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
