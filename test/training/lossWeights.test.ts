import { expect, test } from 'vitest';
import { highNoiseWeights } from '../../engine/training/lossWeights.js';

test('high-noise weights have mean 1, rise with the noise and stop at the cap', () => {
  const weights = highNoiseWeights([0.9, 0.5, 0.1, 0.001], 20);
  // (1 - ᾱ)/ᾱ + 1 = 1/ᾱ: 1.111, 2, 10, and 21 where the cap holds.
  const mean = (1 / 0.9 + 2 + 10 + 21) / 4;
  expect([...weights]).toEqual([1 / 0.9, 2, 10, 21].map((w) => expect.closeTo(w / mean, 5)));
});
