/** Values as a format stores them into the memory of a caller. */

import { DataSetError, type RowBuffer } from './dataSet.js';
import type { NdArray } from './ndarray.js';
import { toNumbers } from './numbers.js';

/** Fills `into`, which has just as many values. Throws `data-set-array` where they are not numbers, or not bytes where bytes are wanted. */
export function fillNumbers(
  array: NdArray,
  into: RowBuffer,
  place: { readonly file: string; readonly name: string },
): void {
  const isBytes = array.dtype === '|u1' || array.dtype === '|b1';
  if (into instanceof Uint8Array) {
    if (!isBytes) throw notNumbers(array.dtype, place, 'expected bytes or booleans');
    requireLength(array.data.length, into);
    into.set(array.data);
    return;
  }
  const numbers = toNumbers(array);
  if (numbers === undefined) throw notNumbers(array.dtype, place, 'expected real numbers');
  requireLength(numbers.length, into);
  into.set(numbers);
}

function requireLength(found: number, into: RowBuffer): void {
  if (found !== into.length) throw new RangeError(`${found} values were read into memory for ${into.length}`);
}

function notNumbers(
  dtype: string,
  { file, name }: { readonly file: string; readonly name: string },
  expected: string,
): DataSetError {
  const message = `array ${name} has dtype ${dtype}, ${expected}`;
  return new DataSetError({ fault: 'not-decoded', code: 'data-set-array', file, message });
}
