/** Which frame belongs to which step. */
import { describe, expect, test } from 'vitest';
import { framesOfSteps } from '../../../engine/formats/cogact/frames.js';

const frames = (...numbers: number[]) => numbers.map((number) => ({ path: `frame ${number}`, number }));
const matched = (numbers: number[], steps: number, imageIndex?: number[]) =>
  framesOfSteps('episode', frames(...numbers), steps, imageIndex).map((path) => Number(path.split(' ')[1]));

describe('matched', () => {
  test.each([
    ['in order, without an index', [0, 1, 2], 3, undefined, [0, 1, 2]],
    ['in order, numbered from 1', [1, 2, 3], 3, undefined, [1, 2, 3]],
    ['in order, where the index is -1 throughout', [0, 1], 2, [-1, -1], [0, 1]],
    ['in order, where the index counts from 0 and the frames from 1', [1, 2], 2, [0, 1], [1, 2]],
    ['by the index, whatever its order', [0, 1, 2], 3, [2, 0, 2], [2, 0, 2]],
    ['by the index, with gaps between frames', [3, 7, 9], 3, [9, 3, 7], [9, 3, 7]],
    ['without those that are more than the steps', [0, 1, 2, 3], 2, undefined, [0, 1]],
  ] as const)('%s', (_, numbers, steps, index, expected) => {
    expect(matched([...numbers], steps, index && [...index])).toEqual(expected);
  });
});

describe('refused', () => {
  test.each([
    ['fewer frames than steps', [0], 2, undefined, '1 frame for 2 steps'],
    ['none at all', [], 1, undefined, '0 frames for 1 step'],
    [
      'one that is missing in the middle',
      [0, 2, 3],
      3,
      undefined,
      'frame_0001.jpg is missing, the next one is frame_0002.jpg, so later steps would get the wrong frames',
    ],
    [
      'the first one is missing',
      [2, 3],
      2,
      undefined,
      /^frame_0000\.jpg is missing, the next one is frame_0002/,
    ],
    ['a number that is there twice', [0, 1, 1], 3, undefined, 'two frames have the number 1'],
    [
      'an index without its frame',
      [0, 1],
      2,
      [0, 5],
      'image_index is 5 at step 1, but there is no such frame',
    ],
    ['a gap behind an index that counts from 0', [1, 3], 2, [0, 1], /^frame_0002\.jpg is missing/],
  ] as const)('%s', (_, numbers, steps, index, reason) => {
    expect(() => matched([...numbers], steps, index && [...index])).toThrow(
      expect.objectContaining({
        code: 'episode-frames',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      }),
    );
  });
});
