/** Episodes by their ends, and what keys do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandFor, episodeAt, episodeOf } from '../../../../client/webview/zarr/episodeAt.js';
import { propertyRuns } from '../../../propertyRuns.js';

test('a step lies within its episode, the last one has what is beyond', () => {
  const ends = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }).map((lengths) => {
    let end = 0;
    return lengths.map((length) => (end += length));
  });
  fc.assert(
    fc.property(ends, fc.nat(3000), (all, step) => {
      const { number, start, end } = episodeAt(all, step)!;
      expect(episodeOf(all, number)).toEqual({ number, start, end });
      if (step >= all.at(-1)!) expect(number).toBe(all.length - 1);
      else expect(start <= step && step < end).toBe(true);
    }),
    { numRuns: propertyRuns(0.3) },
  );
});

test('an episode of no steps is passed over; without an episode there is none', () => {
  expect(episodeAt([5, 5, 9], 5)).toEqual({ number: 2, start: 5, end: 9 });
  expect(episodeAt([], 0)).toBeUndefined();
});

test.each([
  ['ArrowRight', false, { kind: 'step', by: 1 }],
  ['ArrowLeft', true, { kind: 'step', by: -10 }],
  [']', false, { kind: 'episode', by: 1 }],
  ['[', true, { kind: 'episode', by: -1 }],
  [' ', false, { kind: 'play' }],
  ['Home', false, { kind: 'first' }],
  ['End', false, { kind: 'last' }],
  ['Enter', false, undefined],
])('%j, shifted %j', (key, isShifted, command) => {
  expect(commandFor(key, isShifted)).toEqual(command);
});
