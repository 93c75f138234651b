/** A training that takes more steps than were foreseen. */
import { expect, test } from 'vitest';
import { Pace } from '../../engine/training/pace.js';

test('no time left is 0 seconds, never less', () => {
  const pace = new Pace(1);
  for (let step = 0; step < 5; step++) pace.step();
  expect(pace.now().secondsLeft).toBe(0);
});

test('how long is not told until somebody knows how many steps there are', () => {
  const pace = new Pace(undefined);
  pace.step();
  expect(pace.now().secondsLeft).toBeNaN();
  pace.expect(1);
  expect(pace.now().secondsLeft).toBe(0);
});
