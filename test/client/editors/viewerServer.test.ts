/** Which of a viewer's questions still count. */
import { describe, expect, test } from 'vitest';
import { Latest, messageOf, unlessGivenUp } from '../../../client/editors/viewerServer.js';

describe('of each kind the newest counts', () => {
  test('the one before is given up, other kinds are not', () => {
    const latest = new Latest();
    const [first, other, second] = [latest.signal('a'), latest.signal('b'), latest.signal('a')];
    expect([first, other, second].map(({ aborted }) => aborted)).toEqual([true, false, false]);
  });

  test('with the viewer all are given up, also what is asked later', () => {
    const latest = new Latest();
    const before = [latest.signal('a'), latest.untilDisposed];
    latest.dispose();
    expect([...before, latest.signal('a')].every(({ aborted }) => aborted)).toBe(true);
  });
});

describe('an answer', () => {
  const { signal } = new AbortController();
  const gone = AbortSignal.abort();

  test('counts as long as somebody waits', async () => {
    expect(await unlessGivenUp(Promise.resolve(7), signal)).toBe(7);
    await expect(unlessGivenUp(Promise.reject(new Error('fault')), signal)).rejects.toThrow('fault');
  });

  test('is none once nobody does, whatever it is', async () => {
    expect(await unlessGivenUp(Promise.resolve(7), gone)).toBeUndefined();
    expect(await unlessGivenUp(Promise.reject(new Error('cancelled')), gone)).toBeUndefined();
  });
});

test.each([
  [new Error('torn'), 'torn'],
  ['torn', 'torn'],
  [undefined, 'undefined'],
])('%j says %s', (error, message) => {
  expect(messageOf(error)).toBe(message);
});
