/** Work that follows changes: once, and only the newest counts. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Latest } from '../../../client/panels/latest.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('several changes are one piece of work, after a pause', () => {
  const [latest, work] = [new Latest(), vi.fn()];
  for (let change = 0; change < 3; change++) {
    latest.soon(work);
    vi.advanceTimersByTime(100);
  }
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(work).toHaveBeenCalledTimes(1);
});

test('what began before another no longer counts; neither does what was given up', () => {
  const latest = new Latest();
  const [first, second] = [latest.begin(), latest.begin()];
  expect([first(), second()]).toEqual([false, true]);
  latest.cancel();
  expect(second()).toBe(false);
  const work = vi.fn();
  latest.soon(work);
  latest.cancel();
  vi.advanceTimersByTime(1000);
  expect(work).not.toHaveBeenCalled();
});
