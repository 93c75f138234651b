/** Episodes that train and that validate, and their windows. */
import { describe, expect, test } from 'vitest';
import type { DatasetOptions } from '../../engine/training/options.js';
import { episodeMasks, episodeWindows, splitWindows } from '../../engine/training/split.js';

const OPTIONS: DatasetOptions = {
  horizon: 4,
  padBefore: 1,
  padAfter: 3,
  latencySteps: 0,
  seed: 42,
  valRatio: 0.2,
  maxTrainEpisodes: undefined,
};
const ENDS = [5, 10, 15, 20, 25];
const marked = (mask: readonly boolean[]) => mask.flatMap((kept, episode) => (kept ? [episode] : []));

describe('episodes', () => {
  test('each trains or validates, the same by the same seed', () => {
    const { train, validation } = episodeMasks(OPTIONS, ENDS);
    expect(marked(validation)).toHaveLength(1);
    expect(train).toEqual(validation.map((kept) => !kept));
    expect(episodeMasks(OPTIONS, ENDS)).toEqual({ train, validation });
  });

  test('a limit leaves episodes out of training, and takes none for validation', () => {
    const { train, validation } = episodeMasks({ ...OPTIONS, maxTrainEpisodes: 2 }, ENDS);
    expect(marked(train)).toHaveLength(2);
    expect(marked(validation)).toEqual(marked(episodeMasks(OPTIONS, ENDS).validation));
    expect(train.some((kept, episode) => kept && validation[episode])).toBe(false);
  });

  test('without a share all train', () => {
    expect(marked(episodeMasks({ ...OPTIONS, valRatio: 0 }, ENDS).validation)).toEqual([]);
    expect(marked(episodeMasks({ ...OPTIONS, valRatio: 0 }, ENDS).train)).toHaveLength(5);
  });
});

describe('windows', () => {
  test('latency makes them longer, and so fewer', () => {
    const mask = [true, false, false, false, false];
    const usual = episodeWindows({ ...OPTIONS, padBefore: 0, padAfter: 0 }, ENDS, mask);
    const late = episodeWindows({ ...OPTIONS, padBefore: 0, padAfter: 0, latencySteps: 1 }, ENDS, mask);
    expect([usual.length, late.length]).toEqual([2, 1]);
    expect(late[0]).toMatchObject({ first: 0, length: 5, episodeStart: 0, episodeEnd: 5 });
  });

  test('of both sides, none in common', () => {
    const { train, validation } = splitWindows(OPTIONS, '/d.zarr', ENDS);
    expect(train.length + validation.length).toBe(5 * 6);
    const episodes = new Set(validation.map(({ episode }) => episode));
    expect(train.some(({ episode }) => episodes.has(episode))).toBe(false);
  });

  test('episodes too short for the horizon: what is wrong and what to do', () => {
    const short = { ...OPTIONS, horizon: 16, padBefore: 0, padAfter: 0 };
    expect(() => splitWindows(short, '/d.zarr', ENDS)).toThrow(
      expect.objectContaining({
        code: 'no-windows',
        message: '/d.zarr: none of the 5 episodes contains a training window',
        hint: expect.stringMatching(/shorten the horizon/),
      }),
    );
  });

  test('without an episode there is nothing to train on', () => {
    expect(() => splitWindows(OPTIONS, '/d.zarr', [])).toThrow(/none of the 0 episodes/);
  });
});
