/** What a viewer says above a data set. */
import { expect, test } from 'vitest';
import type { DataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import { dataSetNotes } from '../../../server/features/dataSetNotes.js';

const range = { min: 0, max: 1, notFinite: 0 };
const gripper = { ...range, column: 7, uniqueValues: 2, isCountExact: true };
const FACTS: DataSetFacts = {
  steps: 100,
  episodeLengths: [100],
  ranges: { action: Array(8).fill(range) },
  unread: [],
  lastAction: gripper,
  polarity: { verdict: 'agree', compared: 99, agreed: 99 },
};
const told = (change: Partial<DataSetFacts>) =>
  dataSetNotes({ ...FACTS, ...change }).map(({ severity, code }) => [severity, code]);

test('nothing of a good one', () => {
  expect(told({})).toEqual([]);
});

test('a gripper that never moves, and one that is recorded the other way', () => {
  expect(told({ lastAction: { ...gripper, max: 0, uniqueValues: 1 } })).toEqual([
    ['warning', 'gripper-constant'],
  ]);
  expect(told({ polarity: { verdict: 'opposite', compared: 99, agreed: 1 } })).toEqual([
    ['warning', expect.stringMatching(/gripper/)],
  ]);
});

test('poses without a gripper are told, not warned of', () => {
  const lastAction = { ...gripper, column: 6, uniqueValues: 90 };
  expect(told({ lastAction, polarity: null })).toEqual([['info', 'no-gripper']]);
});

test('a pose may be wider than seven values, and a gripper its seventh', () => {
  const wide = { ...gripper, column: 8, poseWidth: 9, uniqueValues: 90 };
  expect(told({ lastAction: wide, polarity: null })).toEqual([['info', 'no-gripper']]);
  expect(told({ lastAction: { ...gripper, column: 6, poseWidth: 6 } })).toEqual([]);
});

test('values that are not finite, and arrays that cannot be read', () => {
  const bad = { ...range, notFinite: 3, firstNotFinite: 4 };
  const unread = [{ array: 'force', code: 'zarr-chunk', message: 'force:\nbroken' }];
  const notes = dataSetNotes({ ...FACTS, ranges: { action: [bad] }, unread });
  expect(notes.map(({ code }) => code)).toEqual(['not-finite', 'zarr-chunk']);
  expect(notes[0]!.message).toContain('action');
  expect(notes[1]!.message).not.toContain('\n');
});

test('a crafted data set has twenty notes at most', () => {
  const unread = Array.from({ length: 50 }, (_, k) => ({ array: `a${k}`, code: 'x', message: 'm' }));
  expect(told({ unread })).toHaveLength(20);
});
