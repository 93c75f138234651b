/** Where the entries along a widened axis come from: any order of segments, from any width to any other. */
import { expect, it } from 'vitest';
import { axisSource, matchObservations } from '../../../engine/judge/adapt/sources.js';
import type { AxisSegment } from '../../../engine/judge/policy/family.js';
import type { ObservationSpec } from '../../../engine/judge/policy/spec.js';

const action = (width: number): AxisSegment => ({ of: 'action', width });
const seen = (key: string, width: number, step?: number): AxisSegment => ({
  of: 'observation',
  key,
  width,
  ...(step !== undefined && { step }),
});
const lowDim = (key: string, width: number): ObservationSpec => ({ key, type: 'low_dim', shape: [width] });
const same = ['pose', 'grip'].map((key) => lowDim(key, 1));
const matches = matchObservations(same, same, new Map());

it('the old actions keep their places, whatever the widths are', () => {
  expect(axisSource([action(2)], [action(4)], [])).toEqual([0, 1, null, null]);
  expect(axisSource([action(3)], [action(2)], [])).toEqual([0, 1]);
});

it('observations of several steps lie side by side, behind what follows neither', () => {
  const other: AxisSegment = { of: 'other', name: 'diffusion step', width: 2 };
  const old = [other, seen('pose', 2, 0), seen('pose', 2, 1)];
  const now = [other, ...[0, 1].flatMap((step) => [seen('pose', 2, step), seen('grip', 1, step)])];
  const onlyPose = matchObservations([lowDim('pose', 2)], same, new Map());
  expect(axisSource(old, now, onlyPose)).toEqual([0, 1, 2, 3, null, 4, 5, null]);
});

it('a trajectory that holds actions and observations follows both', () => {
  const from = axisSource([action(2), seen('pose', 3)], [action(3), seen('pose', 3)], matches);
  expect(from).toEqual([0, 1, null, 2, 3, 4]);
});

it('observations may change places, and a renamed one continues the old', () => {
  expect(axisSource([seen('pose', 2), seen('grip', 1)], [seen('grip', 1), seen('pose', 2)], matches)).toEqual(
    [2, 0, 1],
  );
  const renamed = matchObservations(
    [lowDim('grip', 1)],
    [lowDim('gripper', 1)],
    new Map([['grip', 'gripper']]),
  );
  expect(axisSource([seen('grip', 1)], [seen('gripper', 1)], renamed)).toEqual([0]);
});

it('an observation of the same name and another type is a new one', () => {
  const image: ObservationSpec = { key: 'pose', type: 'rgb', shape: [3, 8, 8] };
  const changed = matchObservations([lowDim('pose', 2)], [image], new Map());
  expect(axisSource([seen('pose', 2)], [seen('pose', 2)], changed)).toEqual([null, null]);
});
