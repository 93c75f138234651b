/** All episodes of a format, read and judged before anything is written. */
import { describe, expect, test } from 'vitest';
import {
  type Episode,
  type EpisodeEntry,
  RecordingError,
  type RecordingFormat,
} from '../../../engine/formats/recording.js';
import type { ConvertOptions } from '../../../engine/work/convert/options.js';
import { surveyEpisodes } from '../../../engine/work/convert/survey.js';
import { options } from './folders.js';
import { entryOf, episodeOf, floats, rows, withColumns, withUnitPoses } from './recorded.js';

/** A format of many episodes in one file: it has no folders, and lists what it is told. */
function format(episodes: readonly (Episode | Error)[], more: Partial<EpisodeEntry> = {}): RecordingFormat {
  const entries = episodes.map((_, k) => entryOf(`e${k}`, { frameBytes: 10, ...more }));
  return {
    name: 'One file',
    recognisedBy: 'nothing',
    recognise: async () => ({ isOurs: true }),
    list: async (_input, { from = 0, atMost } = {}) => entries.slice(from, atMost && from + atMost),
    read: async ({ number }) => {
      const episode = episodes[number]!;
      if (episode instanceof Error) throw episode;
      return episode;
    },
  };
}

const survey = (made: RecordingFormat, change: Partial<ConvertOptions> = {}) =>
  surveyEpisodes(made, options({ input: '/runs.h5', ...change }));
const [ONE, TWO] = [episodeOf('e0', 2), episodeOf('e1', 3)];

test('usable ones, and the reasons why others are not', async () => {
  const damaged = new RecordingError('episode-file', '/runs.h5', 'its row group is cut off');
  const poor = withColumns(episodeOf('e2', 2), { action: undefined });
  const said: string[] = [];
  const noted = { ...ONE, notes: ['the clock jumps'] };
  const found = await survey(format([noted, damaged, poor, TWO]), { log: (text) => void said.push(text) });
  expect(found.episodes.map(({ name }) => name)).toEqual(['e0', 'e1']);
  expect(found.skipped).toEqual([
    { episode: 'e1', reason: 'its row group is cut off' },
    { episode: 'e2', reason: 'has no column action (it has robot_eef_pose, action_gripper)' },
  ]);
  expect(found.frameBytes).toBe(20); // of the usable ones
  expect(said).toEqual(['note: e0: the clock jumps']);
});

test('a fault of ours, or of a drive, ends it', async () => {
  await expect(survey(format([ONE, new TypeError('ours')]))).rejects.toThrow('ours');
});

test('a choice that leaves none says so', async () => {
  await expect(survey(format([ONE]), { startEpisode: 4 })).rejects.toMatchObject({
    code: 'no-episode',
    reason: 'no episode has the number 4 or a higher one',
  });
});

test('stops between two episodes', async () => {
  const signal = AbortSignal.abort(new Error('given up'));
  await expect(survey(format([ONE]), { signal })).rejects.toThrow('given up');
});

describe('rotations', () => {
  const turning = withUnitPoses(episodeOf('e0', 2));
  const zero = withColumns(withUnitPoses(episodeOf('e1', 3)), {
    action: rows('pose', [0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1]),
  });

  test('are turned in each episode; one with a quaternion that is not a rotation is left out', async () => {
    const said: string[] = [];
    const found = await survey(format([turning, zero]), {
      rotation: 'axis-angle',
      log: (text) => void said.push(text),
    });
    expect(found.episodes.map(({ columns }) => columns.get('action')!.shape)).toEqual([[2, 6]]);
    expect(found.skipped).toEqual([
      { episode: 'e1', reason: 'the quaternion is zero in action at step 1, which is not a rotation' },
    ]);
    expect((await survey(format([turning, zero]))).episodes).toHaveLength(2); // as recorded
  });

  test('what is odd about one is said with the episode', async () => {
    const long = withColumns(turning, {
      action: rows('pose', [0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 1.05]),
    });
    const said: string[] = [];
    await survey(format([long]), { rotation: '6d', log: (text) => void said.push(text) });
    expect(said).toEqual([
      'note: e0: action: 1 quaternion (the first at step 1, of length 1.05) normalised before the conversion',
    ]);
  });

  test('an axis-angle that jumps is said once for all episodes', async () => {
    const half = (degrees: number) => [
      Math.sin((degrees * Math.PI) / 360),
      0,
      0,
      Math.cos((degrees * Math.PI) / 360),
    ];
    const down = (name: string) =>
      withColumns(withUnitPoses(episodeOf(name, 2)), {
        action: rows('pose', [0, 0, 0, ...half(179)], [0, 0, 0, ...half(181)]),
      });
    const said: string[] = [];
    const log = (text: string) => void said.push(text);
    await survey(format([down('e0'), down('e1')]), { rotation: 'axis-angle', log });
    expect(said).toEqual([expect.stringContaining('2 times in 2 episodes (first in e0, action, at step 1)')]);
    await survey(format([down('e0')]), { rotation: '6d', log });
    expect(said).toHaveLength(1);
  });

  test('each has a fingerprint of its own', async () => {
    const print = async (change: Partial<ConvertOptions>) =>
      (await survey(format([turning]), change)).fingerprint;
    const prints = [
      await print({}),
      await print({ rotation: '6d' }),
      await print({ rotation: 'axis-angle' }),
    ];
    expect(new Set(prints).size).toBe(3);
  });
});

describe('the fingerprint', () => {
  const print = async (made: RecordingFormat, change: Partial<ConvertOptions> = {}) =>
    (await survey(made, change)).fingerprint;

  test('is the same for the same input, wherever the output goes', async () => {
    expect(await print(format([ONE, TWO]), { output: '/b', processes: 4 })).toBe(
      await print(format([ONE, TWO])),
    );
  });

  test.each([
    ['a stamp', format([ONE, TWO], { stamp: 'later' }), {}],
    [
      'a value',
      format([
        withColumns(ONE, { action_gripper: floats(2, 1, 'opening') }),
        { ...TWO, columns: withValue(TWO) },
      ]),
      {},
    ],
    ['a column more', format([withColumns(ONE, { timestamp: floats(2, 1, 'seconds') }), TWO]), {}],
    ['an episode less', format([ONE]), {}],
    ['the format', { ...format([ONE, TWO]), name: 'Another' }, {}],
    ['the resolution', format([ONE, TWO]), { resolution: { width: 16, height: 9 } }],
    ['the compression', format([ONE, TWO]), { compressionLevel: 1 }],
    ['the gripper', format([ONE, TWO]), { gripper: false }],
  ] as const)('differs with %s', async (_, made, change) => {
    expect(await print(made, change)).not.toBe(await print(format([ONE, TWO])));
  });
});

function withValue({ columns }: Episode): Episode['columns'] {
  const changed = floats(3, 7, 'pose');
  changed.values[5] = 9;
  return new Map(columns).set('action', changed);
}
