/** Seeded dropout: the masks of one step come from one seed, so a step repeats exactly, on any backend. */
import * as tf from '@tensorflow/tfjs';

/** A mask for a tensor of `shape`: 0 with probability `rate`, else 1 / (1 - rate). Undefined when nothing is dropped. */
export type DropoutMask = (shape: readonly number[], rate: number) => tf.Tensor | undefined;

/** Evaluation mode. */
export const noDropout: DropoutMask = () => undefined;

/**
 * The dropout of one step. Calls are numbered, so two models with the same structure drop the same entries under the same
 * seed, whatever their weights.
 */
export function seededDropout(seed: number): DropoutMask {
  let call = 0;
  return (shape, rate) => {
    call += 1;
    if (rate === 0) return undefined;
    const count = shape.reduce((size, side) => size * side, 1);
    return tf.tensor(maskValues(count, rate, seed, call), [...shape], 'float32');
  };
}

/** One 32-bit draw serves two entries; 16 bits resolve the rate to 1.5e-5. */
function maskValues(count: number, rate: number, seed: number, call: number): Float32Array {
  const kept = Math.fround(1 / (1 - rate));
  const limit = Math.round(rate * 65536);
  const values = new Float32Array(count);
  let state = spread(spread(seed) ^ call) || 1;
  for (let i = 0; i < count; i += 2) {
    // xorshift32 (Marsaglia 2003); the product spreads its low bits.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const bits = Math.imul(state, 0x9e3779b1);
    values[i] = bits >>> 16 < limit ? 0 : kept;
    values[i + 1] = (bits & 0xffff) < limit ? 0 : kept; // a write behind an odd end has no effect
  }
  return values;
}

/** Neighbouring seeds and calls start far from each other. */
function spread(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16) ^ 0x5bd1e995, 0x21f0aaad);
  const again = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return again ^ (again >>> 15);
}
