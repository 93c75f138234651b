/** Moves a tensor's kept slices into a larger (or rearranged) one. Bytes in, bytes out, whatever the dtype. */

import type { AxisSource } from '../judge/adapt/sources.js';
import { AdaptError } from './adaptError.js';

export interface WidenShape {
  readonly shape: readonly number[];
  readonly axis: number;
  /** For each new index along `axis` the old one, or null where the entry is new. */
  readonly from: AxisSource;
}

/**
 * `old` holds elements of `itemBytes` in C order, of a tensor that differs from `to.shape` along `to.axis` only; `fresh` holds
 * a whole new tensor of the same dtype, of which the entries without an old one stay. Returns `fresh`, whose kept entries
 * are the old bits.
 */
export function widen(
  old: Uint8Array,
  oldLength: number,
  fresh: Uint8Array,
  to: WidenShape,
  itemBytes: number,
): Uint8Array {
  const newLength = to.shape[to.axis]!;
  const outer = product(to.shape.slice(0, to.axis));
  const inner = product(to.shape.slice(to.axis + 1)) * itemBytes;
  if (old.length !== outer * oldLength * inner || fresh.length !== outer * newLength * inner) {
    throw new AdaptError({
      code: 'widen-size',
      message: `found ${old.length} old and ${fresh.length} new bytes, expected ${outer * oldLength * inner} and ${outer * newLength * inner}`,
    });
  }
  for (let row = 0; row < outer; row += 1) {
    to.from.forEach((source, index) => {
      if (source === null) return;
      const start = (row * oldLength + source) * inner;
      fresh.set(old.subarray(start, start + inner), (row * newLength + index) * inner);
    });
  }
  return fresh;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((count, size) => count * size, 1);
}
