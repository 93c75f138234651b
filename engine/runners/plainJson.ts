/** Plain data as JSON text and back without loss: a pipe between processes would forget PyFloat, NaN and big integers. */
import { isPlainMap, type Plain, PyFloat } from '../base/plain.js';

const FLOAT = '$float';
const INTEGER = '$integer';

export function encodePlain(value: Plain): string {
  return JSON.stringify(mark(value));
}

export function decodePlain(text: string): Plain {
  return unmark(JSON.parse(text) as Plain);
}

function mark(value: Plain): Plain {
  if (value instanceof PyFloat) return { [FLOAT]: floatText(value.value) };
  if (typeof value === 'bigint') return { [INTEGER]: String(value) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { [FLOAT]: floatText(value) };
  if (Array.isArray(value)) return value.map(mark);
  if (isPlainMap(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mark(v)]));
  return value;
}

/** JSON forgets the sign of zero and has no NaN. */
function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function unmark(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(unmark);
  if (!isPlainMap(value)) return value;
  const float = value[FLOAT];
  if (typeof float === 'string')
    return Number.isInteger(Number(float)) ? new PyFloat(Number(float)) : Number(float);
  const integer = value[INTEGER];
  if (typeof integer === 'string') return BigInt(integer);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, unmark(v)]));
}
