/** What a conversion needs of an episode of any format. */
import { describe, expect, test } from 'vitest';
import type { Episode } from '../../../engine/formats/recording.js';
import { lacking } from '../../../engine/work/convert/usable.js';
import { episodeOf, floats, usableOf, withColumns } from './recorded.js';

const EPISODE = episodeOf('episode_0', 3);
const reason = (episode: Episode, gripper = true) => {
  try {
    usableOf(episode, gripper);
    return 'none';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

test('columns and the frames of the only camera, whatever it is called', () => {
  const { frames, steps, stamp } = usableOf(EPISODE);
  expect({ steps, stamp, frames: frames.length }).toEqual({
    steps: 3,
    stamp: 'stamp of episode_0',
    frames: 3,
  });
});

describe('refused', () => {
  test.each([
    [
      'without a column',
      { action: undefined },
      'has no column action (it has robot_eef_pose, action_gripper)',
    ],
    [
      'of another unit',
      { action: floats(3, 7, 'seconds') },
      'the column action is in the unit seconds, expected pose',
    ],
    [
      'of another width',
      { action: floats(3, 6, 'pose') },
      'the column action has shape (3, 6), expected (3, 7)',
    ],
    [
      'of another length',
      { action_gripper: floats(4, 1, 'opening') },
      'the column action_gripper has shape (4), expected (3)',
    ],
    [
      'an optional one of another width',
      { timestamp: floats(3, 2, 'seconds') },
      'the column timestamp has shape (3, 2), expected (3)',
    ],
  ])('%s', (_, change, expected) => {
    expect(reason(withColumns(EPISODE, change))).toBe(expected);
  });

  test('without columns at all', () => {
    expect(reason({ ...EPISODE, columns: new Map() })).toBe('has no column robot_eef_pose (it has none)');
  });

  test('no camera, two cameras, or one with fewer frames', () => {
    const frames = [...EPISODE.cameras.values()][0]!;
    const cameras = (...names: string[]) => new Map(names.map((name) => [name, frames]));
    expect(reason({ ...EPISODE, cameras: cameras() })).toBe('a data set is made from one camera, found none');
    expect(reason({ ...EPISODE, cameras: cameras('top', 'wrist') })).toBe(
      'a data set is made from one camera, found top, wrist',
    );
    expect(reason({ ...EPISODE, cameras: new Map([['top', frames.slice(1)]]) })).toBe(
      'has 2 frames for 3 steps',
    );
  });
});

test('a 7-D data set needs no gripper', () => {
  const bare = withColumns(EPISODE, { action_gripper: undefined });
  expect(reason(bare, false)).toBe('none');
  expect(reason(bare)).toMatch(/^has no column action_gripper/);
});

describe('an episode beside the first one', () => {
  const timed = usableOf(withColumns(EPISODE, { timestamp: floats(3, 1, 'seconds') }));
  const gripped = usableOf(withColumns(EPISODE, { robot_gripper: floats(3, 1, 'opening') }));
  const plain = usableOf(EPISODE);

  test('lacks an optional column that the first one has', () => {
    expect(lacking(plain, timed, true)).toBe('has no column timestamp, but episode_0 has one');
    expect(lacking(plain, gripped, true)).toBe('has no column robot_gripper, but episode_0 has one');
  });

  test('may have more, and lacks no gripper in a 7-D data set', () => {
    expect(lacking(timed, plain, true)).toBeUndefined();
    expect(lacking(plain, gripped, false)).toBeUndefined();
  });
});
