import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WidenShape, widen as widenBytes } from '../../engine/adapt/widen.js';
import { float32View, floatBytes } from '../../engine/formats/checkpoint/floats.js';

const numbers = (...values: number[]) => floatBytes(Float32Array.from(values), 'float32');
const widen = (old: Uint8Array, length: number, fresh: Float32Array, to: WidenShape) =>
  float32View(widenBytes(old, length, floatBytes(fresh, 'float32'), to, 4));

describe('widen', () => {
  it('adds a column after the old ones, row by row', () => {
    const old = numbers(1, 2, 3, 4); // (2, 2)
    const made = widen(old, 2, new Float32Array(6), { shape: [2, 3], axis: 1, from: [0, 1, null] });
    expect([...made]).toEqual([1, 2, 0, 3, 4, 0]);
  });

  it('adds a row and leaves what was drawn for it', () => {
    const fresh = Float32Array.from([9, 9, 9, 9, 9, 9]);
    const made = widen(numbers(1, 2, 3, 4), 2, fresh, { shape: [3, 2], axis: 0, from: [0, 1, null] });
    expect([...made]).toEqual([1, 2, 3, 4, 9, 9]);
  });

  it('moves columns when the observations change places', () => {
    const made = widen(numbers(1, 2, 3), 3, new Float32Array(4), {
      shape: [1, 4],
      axis: 1,
      from: [2, null, 0, 1],
    });
    expect([...made]).toEqual([3, 0, 1, 2]);
  });

  it('reads bytes that do not begin at a multiple of four', () => {
    const shifted = new Uint8Array(9);
    shifted.set(numbers(1.5, -2), 1);
    expect([...float32View(shifted.subarray(1))]).toEqual([1.5, -2]);
  });

  it('refuses bytes of another size', () => {
    const to = { shape: [3, 2], axis: 0, from: [0, 1, null] };
    expect(() => widen(numbers(1, 2, 3), 2, new Float32Array(6), to)).toThrow(
      /found 12 old and 24 new bytes, expected 16 and 24/,
    );
  });

  it('keeps the bits of every old value, NaN and infinities included', () => {
    const sizes = fc.record({
      outer: fc.nat(3),
      length: fc.integer({ min: 1, max: 4 }),
      inner: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.nat(2 ** 32 - 1), { minLength: 48, maxLength: 48 }),
        ({ outer, length, inner }, words) => {
          const bits = Uint32Array.from(words.slice(0, outer * length * inner));
          const from = [null, ...Array(length).keys()];
          const to = { shape: [outer, length + 1, inner], axis: 1, from };
          const fresh = new Float32Array(outer * (length + 1) * inner);
          const made = widen(new Uint8Array(bits.buffer), length, fresh, to);
          const back = new Uint32Array(made.buffer).filter(
            (_, i) => Math.floor(i / inner) % (length + 1) !== 0,
          );
          expect(back).toEqual(bits);
        },
      ),
      { numRuns: 100 },
    );
  });
});
