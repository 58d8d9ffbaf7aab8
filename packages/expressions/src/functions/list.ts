import { type Arguments, elementsOf, integerOf, textOf, textOrEmpty } from '../argument.ts';
import type { Run } from '../run.ts';
import { isNull, type Value } from '../value.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** Null has no elements, one value is one. */
function count([value = null]: Arguments): Value {
  if (isNull(value)) return 0;
  return Array.isArray(value) ? value.length : 1;
}

/** `Item(list, index)`: counted from 1; null beyond the end. @see Entra, "Reference for writing expressions", Item */
function item([list, index]: Arguments, run: Run): Value {
  const position = integerOf(index, 'index', run);
  if (position < 1) run.fail('outOfRange', `index is counted from 1, found ${run.show(position)}`);
  return elementsOf(list, run)[position - 1] ?? null;
}

function removeDuplicates([list = null]: Arguments, run: Run): Value {
  return isNull(list) ? null : [...new Set(elementsOf(list, run))];
}

/**
 * `Split(source, delimiter)`: the parts between the delimiters, without the blanks around them, as the
 * documentation's own example shows. Null stays null, and the empty text has no parts.
 *
 * @see Entra, "Reference for writing expressions", Split
 */
function split([source, delimiter]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  const parts = splitText(text, textOrEmpty(delimiter, run));
  run.spend(parts.length);
  return parts;
}

function splitText(text: string, delimiter: string): readonly string[] {
  if (text === '') return [];
  if (delimiter === '') return [text];
  return text.split(delimiter).map((part) => part.trim());
}

const list = { name: 'attribute' };

/** The functions that know several values. */
export const LISTS: readonly FunctionDefinition[] = [
  { name: 'Count', parameters: [list], evaluate: count },
  { name: 'Item', parameters: [list, { name: 'index' }], evaluate: item },
  { name: 'RemoveDuplicates', parameters: [list], evaluate: removeDuplicates },
  { name: 'Split', parameters: [{ name: 'source' }, { name: 'delimiter' }], evaluate: split },
];
