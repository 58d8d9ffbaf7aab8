import { type Arguments, bigIntegerOf, singleOf, textOf } from '../argument.ts';
import type { Run } from '../run.ts';
import { integerValue, type Value } from '../value.ts';
import type { FunctionDefinition } from './function-definition.ts';

const BYTE_BITS = 8;
const BYTE_MASK = 0xff;
const HEX = 16;
/** Added to a byte, it makes three digits of which the last two are the byte's. */
const HIGH_BYTE = 0x100;

/** Base64 of the text's UTF-16 bytes, the low one first. @see Entra, "Reference for writing expressions", ConvertToBase64 */
function convertToBase64([source]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  let bytes = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    bytes += String.fromCharCode(unit & BYTE_MASK, unit >> BYTE_BITS);
  }
  return btoa(bytes);
}

function convertToUtf8Hex([source]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  let hex = '';
  for (const byte of new TextEncoder().encode(text)) hex += (HIGH_BYTE | byte).toString(HEX).slice(1);
  return hex.toUpperCase();
}

/** Integers of any size, negative ones in two's complement. Null where a value is null. */
function bitAnd([one, other]: Arguments, run: Run): Value {
  if (singleOf(one, run) === null || singleOf(other, run) === null) return null;
  return integerValue(bigIntegerOf(one, 'value1', run) & bigIntegerOf(other, 'value2', run));
}

/** The functions of bytes and bits. */
export const ENCODING: readonly FunctionDefinition[] = [
  { name: 'ConvertToBase64', parameters: [{ name: 'source' }], evaluate: convertToBase64 },
  { name: 'ConvertToUTF8Hex', parameters: [{ name: 'source' }], evaluate: convertToUtf8Hex },
  { name: 'BitAnd', parameters: [{ name: 'value1' }, { name: 'value2' }], evaluate: bitAnd },
];
