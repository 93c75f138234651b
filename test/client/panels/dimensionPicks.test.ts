/** The usual shapes, and the maps that they are. */
import { expect, test } from 'vitest';
import { mapText, problemsOf } from '../../../client/panels/dimensionForm.js';
import { PICK_NAMES, picked, picksFor } from '../../../client/panels/dimensionPicks.js';

const unnamed = (count: number) => Array.from({ length: count }, (_, from) => ({ name: '', from }));

test.each([
  [7, 8, ['inOrder', 'appendGripper']],
  [14, 16, ['inOrder', 'twoGrippers']],
  [14, 14, ['inOrder', 'swapArms']],
  [7, 7, ['inOrder']],
  [8, 7, ['inOrder', 'dropLast']],
  [7, 10, ['inOrder']],
])('from %i to %i dimensions: %j', (old, now, expected) => {
  expect(picksFor({ old, now })).toEqual(expected);
});

test.each([
  ['inOrder', 7, 10, '0:7=0:7,7:10=new'],
  ['inOrder', 8, 7, '0:7=0:7'],
  ['appendGripper', 7, 8, 'pose=0:7,gripper=new'],
  ['twoGrippers', 14, 16, 'left=0:7,left_gripper=new,right=7:14,right_gripper=new'],
  ['swapArms', 14, 14, 'right=7:14,left=0:7'],
  ['dropLast', 8, 7, '0:7=0:7'],
] as const)('%s, %i → %i', (pick, old, now, map) => {
  const rows = picked(pick, old, unnamed(now));
  expect(mapText('action', rows)).toBe(map);
  expect(problemsOf(rows, [])).toEqual([]);
});

test('names that the new config gives stay', () => {
  const told = [...unnamed(2).map((row) => ({ ...row, name: 'arm' })), { name: 'hand', from: null }];
  expect(picked('appendGripper', 2, told).map(({ name }) => name)).toEqual(['arm', 'arm', 'hand']);
  expect(PICK_NAMES).toContain('dropLast');
});
