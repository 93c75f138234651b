/** The few numbers and the table that say what a data set is. */

import { expect, test } from 'vitest';
import type { DataSetView } from '../../../../client/editors/zarrMessages.js';
import { arraysTable } from '../../../../client/webview/zarr/arraysTable.js';
import { zarrNumbers } from '../../../../client/webview/zarr/zarrHead.js';
import { texts } from '../../harness/standIn.js';

const camera = { array: 'image', height: 90, width: 160 };
const action = { name: 'action', shape: [600, 8], dtype: '<f4', chunks: [100, 8], compressor: '' };
const VIEW = {
  episodeEnds: [100, 600],
  arrays: [action],
  cameras: [camera],
  framesPerSecond: 10,
} as unknown as DataSetView;
const values = (change: Partial<DataSetView> = {}) =>
  zarrNumbers({ ...VIEW, ...change }).flatMap((each) => texts(each, 'dd'));

test('episodes, steps and how long they took, actions, rate, camera', () => {
  expect(values()).toEqual(['2', '600', '1 min', '8-D', '10.0', '160 × 90']);
});

test('what it does not say is not there', () => {
  expect(values({ framesPerSecond: null, arrays: [], cameras: [] })).toEqual(['2', '600']);
  expect(values({ cameras: [camera, camera] }).at(-1)).toBe('2');
});

test('the arrays, with a word where nothing is compressed', () => {
  const cells = texts(arraysTable([action, { ...action, compressor: 'blosc: lz4' }]), 'td');
  expect(cells.slice(0, 3)).toEqual(['[600, 8]', '<f4', '[100, 8]']);
  expect([cells[3], cells[7]]).toEqual([expect.stringMatching(/\w/), 'blosc: lz4']);
});
