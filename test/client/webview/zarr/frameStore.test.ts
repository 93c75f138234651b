/** Frames around the step that is shown: which are asked for, held and forgotten. */
import { describe, expect, test } from 'vitest';
import { around, FrameStore } from '../../../../client/webview/zarr/frameStore.js';

const key = (step: number, camera = 0) => ({ camera, step });
const keys = (...steps: number[]) => steps.map((step) => key(step));
const settled = () => new Promise((resolve) => setImmediate(resolve));

function made() {
  const asked: number[] = [];
  const ends = new Map<number, () => void>();
  const forgotten: string[] = [];
  const store = new FrameStore({
    ask: ({ step }) => {
      asked.push(step);
      return new Promise<void>((resolve) => ends.set(step, resolve));
    },
    forget: (url) => void forgotten.push(url),
    arrived: () => undefined,
  });
  const come = async (step: number) => {
    store.put(key(step), { url: `u${step}` });
    ends.get(step)?.();
    await settled();
  };
  const fail = async (step: number) => {
    ends.get(step)?.();
    await settled();
  };
  return { store, asked, forgotten, come, fail };
}

describe('asking', () => {
  test('three at a time, in the order of what is wanted', async () => {
    const { store, asked, come } = made();
    store.want(keys(5, 6, 7, 8, 9));
    expect(asked).toEqual([5, 6, 7]);
    await come(6);
    expect(asked).toEqual([5, 6, 7, 8]);
  });

  test('what is wanted no more is not asked for, what is there or under way not again', async () => {
    const { store, asked, come } = made();
    store.want(keys(1, 2, 3, 4));
    await come(1);
    store.want(keys(1, 2, 9));
    await come(3);
    expect(asked).toEqual([1, 2, 3, 4, 9]);
  });

  test('one that did not come is asked for again when the step changes, not before', async () => {
    const { store, asked, fail } = made();
    store.want(keys(1));
    await fail(1);
    expect(asked).toEqual([1]);
    store.want(keys(1));
    expect(asked).toEqual([1, 1]);
  });
});

describe('holding', () => {
  test('three hundred, the one that was looked at longest ago goes, and its memory with it', () => {
    const { store, forgotten } = made();
    for (let step = 0; step < 300; step++) store.put(key(step), { url: `u${step}` });
    store.get(key(0));
    store.put(key(300), { problem: 'torn' });
    expect(forgotten).toEqual(['u1']);
    expect([store.get(key(0)), store.get(key(1)), store.get(key(300))]).toEqual([
      { url: 'u0' },
      undefined,
      { problem: 'torn' },
    ]);
  });

  test('a frame that comes again frees the one before; cameras are told apart', () => {
    const { store, forgotten } = made();
    store.put(key(1, 0), { url: 'a' });
    store.put(key(1, 1), { url: 'b' });
    store.put(key(1, 0), { url: 'c' });
    expect([forgotten, store.get(key(1, 1))]).toEqual([['a'], { url: 'b' }]);
  });

  test('of a data set that is another now none is held, and what was under way asks for nothing', async () => {
    const { store, asked, forgotten, fail } = made();
    store.put(key(1), { url: 'a' });
    store.want(keys(2, 3, 4, 5));
    store.clear();
    await fail(2);
    expect([asked, forgotten, store.get(key(1))]).toEqual([[2, 3, 4], ['a'], undefined]);
  });
});

describe('around a step', () => {
  const steps = (step: number, direction: 1 | -1) =>
    around(step, { start: 10, end: 30 }, 1, direction).map((each) => each.step);

  test('ten ahead in the direction of play, four behind', () => {
    expect(steps(20, 1)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 19, 18, 17, 16]);
    expect(steps(20, -1)).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 21, 22, 23, 24]);
  });

  test('inside the episode alone, of each camera', () => {
    expect(steps(29, 1)).toEqual([29, 28, 27, 26, 25]);
    expect(around(29, { start: 28, end: 30 }, 2, 1)).toEqual([
      key(29, 0),
      key(29, 1),
      key(28, 0),
      key(28, 1),
    ]);
  });
});
