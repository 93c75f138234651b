/** What a person has changed in the form, and when another plan is needed. */
import { expect, test } from 'vitest';
import { DimensionDraft, type PlannedDimensions } from '../../../client/panels/dimensionDraft.js';
import { MAX_FIELDS, MAX_WIDTH } from '../../../client/panels/dimensionMessages.js';

const planned = (old: number, now: number, more: Partial<PlannedDimensions> = {}): PlannedDimensions => ({
  field: 'action',
  by: 'position',
  old: { width: old, ranges: [{ start: 0, width: old }] },
  new: { width: now, ranges: [{ start: 0, width: now }] },
  from: Array.from({ length: now }, (_, index) => (index < old ? index : null)),
  suggestions: [],
  ...more,
});
const POSE = planned(7, 7, { field: 'robot_eef_pose' });
const draft = (...fields: PlannedDimensions[]) => new DimensionDraft(fields);
const FIELD = { field: 'action' } as const;

test('nothing is mapped before something is changed, and then that field alone', () => {
  const made = draft(planned(2, 3), POSE);
  expect([made.maps, made.isPlanned, made.isSound]).toEqual([[], true, true]);
  made.change({ kind: 'continueFrom', ...FIELD, index: 2, from: 0 });
  expect([made.maps, made.isPlanned]).toEqual([['0=new,1=1,2=0'], false]);
  expect(made.view().map(({ isChanged }) => isChanged)).toEqual([true, false]);
  made.change({ kind: 'undoMap', ...FIELD });
  expect([made.maps, made.isPlanned]).toEqual([[], true]);
});

test('what was planned with the map of the form is up to date; names that the plan has from it are the form’s', () => {
  const made = draft(planned(2, 3));
  made.change({ kind: 'pickShape', ...FIELD, pick: 'appendGripper' });
  const { maps } = made;
  expect(maps).toEqual(['pose=0:2,gripper=new']);
  const ranges = [
    { name: 'pose', start: 0, width: 2 },
    { name: 'gripper', start: 2, width: 1 },
  ];
  made.replan([planned(2, 3, { by: 'map', new: { width: 3, ranges } })], maps);
  expect([made.maps, made.isPlanned]).toEqual([maps, true]);
  made.change({ kind: 'undoMap', ...FIELD });
  expect([made.maps, made.isPlanned]).toEqual([[], false]);
});

test('a map that an earlier window made stays one', () => {
  const made = draft(planned(2, 2, { by: 'map', from: [1, 0] }));
  expect([made.maps, made.isPlanned]).toEqual([['0=1,1=0'], true]);
});

test('contradictions are told where they are, and no plan is made of them', () => {
  const made = draft(planned(3, 3));
  for (const index of [0, 2]) made.change({ kind: 'nameDimension', ...FIELD, index, name: 'x' });
  expect(made.isSound).toBe(false);
  expect(made.view()[0]!.problems).toEqual([{ kind: 'apart', index: 2, name: 'x' }]);
});

test('a field of other widths begins anew, another keeps what was typed', () => {
  const made = draft(planned(2, 2), POSE);
  made.change({ kind: 'continueFrom', ...FIELD, index: 0, from: null });
  made.change({ kind: 'nameDimension', field: 'robot_eef_pose', index: 0, name: 'x' });
  made.replan([planned(2, 4), POSE], made.maps);
  const [action, pose] = made.view();
  expect(action!.rows.map(({ from }) => from)).toEqual([0, 1, null, null]);
  expect(pose!.rows[0]!.name).toBe('x');
});

test('suggestions are marked at the rows that they would change', () => {
  const ranges = [
    { name: 'pose', start: 0, width: 1 },
    { name: 'gripper', start: 1, width: 1 },
  ];
  const old = { width: 2, ranges: [ranges[0]!, { name: 'grip', start: 1, width: 1 }] };
  const suggestions = [{ entry: 'gripper=grip', why: 'both have 1 entry' }];
  const made = draft(
    planned(2, 2, { by: 'names', old, new: { width: 2, ranges }, from: [0, null], suggestions }),
  );
  expect(made.view()[0]!.rows.map(({ suggested }) => suggested)).toEqual([null, 1]);
  expect(made.view()[0]!.suggestions).toEqual(suggestions);
  made.change({ kind: 'useSuggestion', ...FIELD, entry: 'gripper=grip' });
  expect(made.view()[0]!.suggestions).toEqual([]);
  expect(made.view()[0]!.rows).toEqual([
    { name: 'pose', from: 0, suggested: null },
    { name: 'gripper', from: 1, suggested: null },
  ]);
});

test('what does not fit the field changes nothing; crafted plans are bounded', () => {
  const made = draft(planned(2, 3));
  expect(made.change({ kind: 'continueFrom', ...FIELD, index: 9, from: 0 })).toBe(false);
  expect(made.change({ kind: 'continueFrom', ...FIELD, index: 0, from: 9 })).toBe(false);
  expect(made.change({ kind: 'pickShape', ...FIELD, pick: 'swapArms' })).toBe(false);
  expect(made.change({ kind: 'nameDimension', field: 'none', index: 0, name: 'x' })).toBe(false);
  expect(made.maps).toEqual([]);
  expect(draft(planned(2, MAX_WIDTH + 1)).view()).toEqual([]);
  const many = Array.from({ length: MAX_FIELDS + 9 }, (_, k) => planned(1, 1, { field: `f${k}` }));
  expect(draft(...many).view()).toHaveLength(MAX_FIELDS);
});
