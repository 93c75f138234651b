/** NaN and infinity in words: how many, and where the first is. */
import { expect, test } from 'vitest';
import { notFiniteArrays } from '../../../engine/judge/gripper/dataNotFinite.js';

const column = (notFinite: number, firstNotFinite?: number) => ({
  min: 0,
  max: 1,
  notFinite,
  ...(firstNotFinite === undefined ? {} : { firstNotFinite }),
});
const texts = (
  ranges: Readonly<Record<string, readonly ReturnType<typeof column>[]>>,
  episodeLengths = [3, 4],
) => notFiniteArrays({ ranges, episodeLengths }).map(({ text }) => text);

test('finite arrays are not mentioned', () => {
  expect(texts({ action: [column(0), column(0)] })).toEqual([]);
});

test('one value, of an array of one column and of several', () => {
  expect(texts({ timestamp: [column(1, 2)] })).toEqual([
    'timestamp holds one value that is NaN or infinite, at step 2 of episode 0',
  ]);
  expect(texts({ action: [column(0), column(1, 3)] })).toEqual([
    'action holds one value that is NaN or infinite, in column 1 at step 0 of episode 1',
  ]);
});

test('of several the earliest step counts, whatever its column', () => {
  expect(texts({ action: [column(2, 5), column(0), column(1, 4)] })).toEqual([
    'action holds 3 values that are NaN or infinite, the first in column 2 at step 1 of episode 1',
  ]);
});

test('a row that is in no episode', () => {
  expect(texts({ a: [column(1, 9)] })).toEqual([
    'a holds one value that is NaN or infinite, at step 9, which is in no episode',
  ]);
});
