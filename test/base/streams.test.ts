import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PURPOSES, type Purpose, Stream } from '../../engine/base/streams.js';

const address = fc.array(fc.nat(), { maxLength: 3 });
const drawn = (stream: Stream) => Array.from({ length: 4 }, () => stream.uint32());

test('one address gives one stream, another gives another', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), address, address, (seed, a, b) => {
      const first = drawn(new Stream(seed, 'noise', ...a));
      expect(drawn(new Stream(seed, 'noise', ...a))).toEqual(first);
      if (String(a) !== String(b)) expect(drawn(new Stream(seed, 'noise', ...b))).not.toEqual(first);
    }),
    { numRuns: 100 },
  );
});

test('seeds that differ beyond 32 bits, order and purpose count', () => {
  const all = [
    new Stream(1, 'noise'),
    new Stream(1 + 2 ** 32, 'noise'),
    new Stream(1, 'noise', 0),
    new Stream(1, 'noise', 0, 1),
    new Stream(1, 'noise', 1, 0),
    ...(Object.keys(PURPOSES) as Purpose[])
      .filter((each) => each !== 'noise')
      .map((each) => new Stream(1, each)),
  ].map((stream) => String(drawn(stream)));
  expect(new Set(all).size).toBe(all.length);
});

test('the draws of a seed never change: trainings of earlier versions resume', () => {
  expect(drawn(new Stream(42, 'shuffle', 3))).toEqual([3938314653, 837640088, 3323608555, 1751864684]);
  expect([...new Stream(42, 'crops').integers(6, 10)]).toEqual([3, 4, 5, 7, 0, 1]);
  const normals = new Stream(42, 'noise', 0, 1).normals(3);
  for (const [i, value] of [-0.15146324, -0.31070584, -0.62468201].entries())
    expect(normals[i]).toBeCloseTo(value, 7);
});

test('no purpose shares its number', () => {
  const numbers = Object.values(PURPOSES);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('a permutation has each index once, also of none and of one', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(), (count, seed) => {
      const order = new Stream(seed, 'shuffle').permutation(count);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }),
    { numRuns: 50 },
  );
});

test('draws below a count lie in 0 … count - 1 and reach both ends evenly', () => {
  const counts = new Array<number>(7).fill(0);
  for (const value of new Stream(0, 'crops').integers(7000, 7)) counts[value]! += 1;
  expect(counts).toHaveLength(7);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
  expect(new Stream(0, 'crops').below(1)).toBe(0);
});

test('normals have mean 0, variance 1 and no tie between the two of a pair', () => {
  const values = [...new Stream(5, 'noise').normals(20_000)];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const pairs = values.filter((_, i) => i % 2 === 0).map((value, i) => value * values[2 * i + 1]!);
  const correlation = pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
  expect(Math.abs(mean)).toBeLessThan(0.035);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(Math.abs(correlation)).toBeLessThan(0.05);
});
