import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, isNear, isSlip } from '../../engine/base/slip.js';

/** By the definition, without a table: optimal string alignment. */
function naive(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [shorterA, shorterB] = [a.slice(0, -1), b.slice(0, -1)];
  const ways = [
    naive(shorterA, b) + 1,
    naive(a, shorterB) + 1,
    naive(shorterA, shorterB) + (a.at(-1) === b.at(-1) ? 0 : 1),
  ];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1))
    ways.push(naive(a.slice(0, -2), b.slice(0, -2)) + 1);
  return Math.min(...ways);
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });

test('the distance is that of the definition, and symmetric', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, b, 10)).toBe(naive(a, b));
      expect(distance(b, a, 10)).toBe(distance(a, b, 10));
    }),
    { numRuns: 200 },
  );
});

test('beyond the most that is asked for it is more than that', () => {
  expect(distance('a', 'abcdef', 2)).toBeGreaterThan(2);
  expect(distance('abc', 'xyz', 1)).toBeGreaterThan(1);
});

test.each([
  ['batch_size', 'batch_size', true],
  ['batchsize', 'batch_size', true],
  ['bacth_size', 'batch_size', true],
  ['btch_sze', 'batch_size', true],
  ['bth_sze', 'batch_size', false], // three edits
  ['LR', 'lr', true],
  ['lr', 'lrs', true],
  ['lr', 'ls', true],
  ['seed', 'sed', true],
  ['seed', 'feeds', false], // two edits in a short word
  ['horizon', 'n_obs_steps', false],
])('%s for %s: %s', (key, known, is) => expect(isSlip(key, known)).toBe(is));

test.each([
  ['image', 'Image', true],
  ['IMAGE', 'image', true], // only the case
  ['image', 'imag', true],
  ['image', 'imgae', true],
  ['image', 'imae_', false],
])('%s is near %s: %s', (a, b, is) => expect(isNear(a, b)).toBe(is));
