/** What is odd about a column depends on its unit. */
import { expect, test } from 'vitest';
import { notesOn } from '../../../engine/formats/recording/columnNotes.js';

const pose = (...quaternion: number[]) => Float64Array.of(0, 0, 0, ...quaternion);

test.each([
  ['of length 1', pose(0.5, 0.5, 0.5, 0.5), []],
  ['off by rounding', pose(0, 0, 0, 1.0009), []],
  ['not normalised', pose(0, 0, 0, 1.002), ['p: 1 quaternion is not of length 1']],
  ['all zero', pose(0, 0, 0, 0), ['p: 1 quaternion is not of length 1']],
])('a quaternion %s', (_, values, notes) => {
  expect(notesOn('p', 'pose', values)).toEqual(notes);
});

test.each([
  [[0, 1], []],
  [[-0.01, 1], ['g: values from -0.01 to 1, expected 0 to 1']],
  [[0, 100], ['g: values from 0 to 100, expected 0 to 1']],
])('a gripper from %j', (values, notes) => {
  expect(notesOn('g', 'opening', Float64Array.from(values))).toEqual(notes);
});

test.each(['seconds', 'index'] as const)('%s may be anything', (unit) => {
  expect(notesOn('t', unit, Float64Array.of(-1, 1e9))).toEqual([]);
});
