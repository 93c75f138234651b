/** Moves a tensor's kept slices into a larger (or rearranged) one. Bytes in, bytes out. */
import { RegripError } from '../base/errors.js';
import type { AxisSource } from './planSources.js';

export interface WidenShape {
  readonly shape: readonly number[];
  readonly axis: number;
  /** For each new index along `axis` the old one, or null where the entry is new. */
  readonly from: AxisSource;
}

/**
 * `old` holds float32 in C order, of a tensor that differs from `to.shape` along `to.axis` only; `fresh` holds the values of
 * a whole new tensor, of which the entries without an old one stay. Returns `fresh`, whose kept entries are the old bits.
 */
export function widen(old: Uint8Array, oldLength: number, fresh: Float32Array, to: WidenShape): Float32Array {
  const newLength = to.shape[to.axis]!;
  const outer = product(to.shape.slice(0, to.axis));
  const inner = product(to.shape.slice(to.axis + 1));
  const kept = float32View(old);
  if (kept.length !== outer * oldLength * inner || fresh.length !== outer * newLength * inner) {
    throw new RegripError({
      code: 'widen-size',
      message: `found ${kept.length} old and ${fresh.length} new values, expected ${outer * oldLength * inner} and ${outer * newLength * inner}`,
    });
  }
  for (let row = 0; row < outer; row += 1) {
    to.from.forEach((source, index) => {
      if (source === null) return;
      const start = (row * oldLength + source) * inner;
      fresh.set(kept.subarray(start, start + inner), (row * newLength + index) * inner);
    });
  }
  return fresh;
}

/** The bytes as float32 values; copied only when they do not begin at a multiple of four. */
export function float32View(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(bytes.byteLength / 4));
}

export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((count, size) => count * size, 1);
}
