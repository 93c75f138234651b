/** The normaliser's limits of a field, fitted row by row. */
import { describe, expect, it } from 'vitest';
import { IMAGE_STATISTICS, LimitsFit } from '../../../engine/judge/policy/limits.js';

describe('LimitsFit', () => {
  it('maps the range to -1 … 1 and centres what does not move', () => {
    const fit = new LimitsFit(3);
    fit.add(Float32Array.from([0, 5, 1e-5, 4, 5, 0]));
    fit.add(Float32Array.from([2, 5, 0]));
    const { scale, offset, min, max, mean, std } = fit.result();
    expect([...scale]).toEqual([0.5, 1, 1]);
    expect([...offset]).toEqual([-1, -5, -0]);
    expect([[...min], [...max], mean[0], std[0]]).toEqual([[0, 5, 0], [4, 5, Math.fround(1e-5)], 2, 2]);
  });

  it('is the same in one piece and in many', () => {
    const rows = Float32Array.from({ length: 60 }, (_, at) => Math.sin(at * 7) * (at % 5));
    const [whole, pieces] = [new LimitsFit(3), new LimitsFit(3)];
    whole.add(rows);
    for (let start = 0; start < rows.length; start += 12) pieces.add(rows.subarray(start, start + 12));
    expect(pieces.result()).toEqual(whole.result());
  });

  it('puts every value between -1 and 1, the ends at the ends', () => {
    const fit = new LimitsFit(1);
    const values = Float32Array.of(3, -7, 0.5);
    fit.add(values);
    const { scale, offset } = fit.result();
    const [high, low] = [...values].map((value) => value * scale[0]! + offset[0]!);
    expect(high).toBeCloseTo(1, 6);
    expect(low).toBeCloseTo(-1, 6);
  });

  it('takes pixels of 0 … 1 to -1 … 1 without a fit', () => {
    const { scale, offset } = IMAGE_STATISTICS;
    expect([0, 0.5, 1].map((pixel) => pixel * scale[0]! + offset[0]!)).toEqual([-1, 0, 1]);
  });
});
