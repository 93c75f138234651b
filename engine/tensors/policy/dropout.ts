/** Seeded dropout: the masks of one step come from one seed, so a step repeats exactly, on any backend. */
import * as tf from '@tensorflow/tfjs';
import type { Draw } from '../backend/recorded.js';

export interface MaskRequest {
  readonly shape: readonly number[];
  /** Above 0. */
  readonly rate: number;
}

/** A mask of `shape`: 0 with probability `rate`, else 1 / (1 - rate). */
export type DropoutMask = (request: MaskRequest) => tf.Tensor;

/**
 * The masks of one step. Its call sites are numbered, so two models with the same structure drop the same entries under the
 * same seed, whatever their weights.
 */
export function seededMasks(seed: number): Draw<MaskRequest> {
  return (site, { shape, rate }) => {
    const count = shape.reduce((size, side) => size * side, 1);
    return tf.tensor(maskValues(count, rate, seed, site), [...shape], 'float32');
  };
}

/** One 32-bit draw serves two entries; 16 bits resolve the rate to 1.5e-5. */
function maskValues(count: number, rate: number, seed: number, site: number): Float32Array {
  const values = new Float32Array(count);
  const kept = Math.fround(1 / (1 - rate));
  const highest = Math.round(rate * 65536) - 1; // of the draws that drop
  let state = spread(spread(seed) ^ (site + 1)) || 1;
  for (let i = 0; i < count; i += 2) {
    // xorshift32 (Marsaglia 2003); the product spreads its low bits.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const bits = Math.imul(state, 0x9e3779b1);
    // The sign of the difference instead of a branch that the processor would guess wrong every third time.
    values[i] = ((highest - (bits >>> 16)) >>> 31) * kept;
    values[i + 1] = ((highest - (bits & 0xffff)) >>> 31) * kept; // a write past an odd end has no effect
  }
  return values;
}

/** Neighbouring seeds and calls start far from each other. */
function spread(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16) ^ 0x5bd1e995, 0x21f0aaad);
  const again = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return again ^ (again >>> 15);
}
