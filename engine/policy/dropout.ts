/** Seeded dropout: the masks of one step come from one seed, so a step repeats exactly, on any backend. */
import * as tf from '@tensorflow/tfjs';

/** Drops entries with probability `rate` and scales the others by 1 / (1 - rate). */
export type Dropout = <T extends tf.Tensor>(x: T, rate: number) => T;

/** Evaluation mode. */
export const noDropout: Dropout = (x) => x;

/**
 * The dropout of one step. Calls are numbered, so two models with the same structure drop the same entries under the same
 * seed, whatever their weights.
 */
export function seededDropout(seed: number): Dropout {
  let call = 0;
  return <T extends tf.Tensor>(x: T, rate: number): T => {
    call += 1;
    if (rate === 0) return x;
    const count = x.size;
    return tf.tidy(() => tf.mul(x, tf.tensor(mask(count, rate, seed, call), x.shape)) as T);
  };
}

/** 0 or 1 / (1 - rate). One 32-bit draw serves two entries; 16 bits resolve the rate to 1.5e-5. */
function mask(count: number, rate: number, seed: number, call: number): Float32Array {
  const kept = Math.fround(1 / (1 - rate));
  const limit = Math.round(rate * 65536);
  const values = new Float32Array(count + 1);
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(call, 0xc2b2ae35)) | 1;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) | 1;
  for (let i = 0; i < count; i += 2) {
    // xorshift32 (Marsaglia 2003); the product spreads its low bits.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const bits = Math.imul(state, 0x9e3779b1);
    values[i] = bits >>> 16 < limit ? 0 : kept;
    values[i + 1] = (bits & 0xffff) < limit ? 0 : kept;
  }
  return values.subarray(0, count);
}
