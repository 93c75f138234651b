/** The maps of all fields of two policies, what they lose, and what they suggest. */
import { describe, expect, it } from 'vitest';
import {
  dimensionLosses,
  dimensionMaps,
  namesDisagree,
  samePlaces,
  suggestedMaps,
} from '../../../engine/judge/adapt/dimensions.js';
import { addMap, type MapEntries } from '../../../engine/judge/adapt/mapEntry.js';
import { matchObservations } from '../../../engine/judge/adapt/sources.js';
import { laidOut, type Run } from '../../../engine/judge/policy/dimensions.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { newConfig, oldConfig } from '../../adapt/references.js';

const named = (spec: PolicySpec, action: readonly Run[]): PolicySpec => ({
  ...spec,
  dimensions: { action: laidOut(action) },
});
const [old, spec] = [policySpec(oldConfig), policySpec(newConfig)];

function maps(before: PolicySpec, now: PolicySpec, entries?: MapEntries, rename = new Map<string, string>()) {
  return dimensionMaps(
    before,
    now,
    matchObservations(before.observations, now.observations, rename),
    entries,
  );
}

it('are those of the action and of each observation that goes on', () =>
  expect([...maps(old, spec).keys()]).toEqual(['action', 'robot_eef_pose']));

it.each([
  ['other', 'the new policy has no low-dimensional observation of this name'],
  ['image', 'the new policy has no low-dimensional observation of this name'],
  ['robot_gripper_state', 'this observation is new, so there is nothing that it could continue'],
])('%s cannot be mapped', (field, why) => {
  expect(() => maps(old, spec, addMap(`${field}: 0=0`))).toThrow(why);
});

describe('what is lost', () => {
  const [before, now] = [
    named(old, [
      { name: 'pose', width: 6 },
      { name: 'grip', width: 1 },
    ]),
    named(spec, [
      { name: 'pose', width: 6 },
      { name: 'hand', width: 1 },
      { name: 'camera', width: 1 },
    ]),
  ];

  it('has its name, and a suggestion where something as wide is new', () => {
    const made = maps(before, now);
    expect(dimensionLosses(made)).toEqual([
      { key: 'action', what: 'grip (old dimension 6) has no place in the new policy' },
    ]);
    expect(suggestedMaps([...made.values()])).toEqual(['hand=grip']);
    const mended = maps(before, now, addMap('hand=grip'));
    expect(dimensionLosses(mended)).toEqual([]);
    expect(suggestedMaps([...mended.values()])).toEqual([]);
  });

  it('a part of a run has its places in it', () => {
    const cut = maps(before, named(spec, [{ name: 'a', width: 8 }]), addMap('a=new:8'));
    expect(dimensionLosses(cut)[0]!.what).toBe(
      'pose, grip (old dimensions 0–6) have no place in the new policy',
    );
    const part = maps(before, spec, addMap('0:4=0:4,4:8=new'));
    expect(dimensionLosses(part)[0]!.what).toBe(
      'pose[4], pose[5], grip (old dimensions 4–6) have no place in the new policy',
    );
  });
});

it('what changes its width or its form is not continued, with the reason', () => {
  const before = named(old, [
    { name: 'pos', width: 3 },
    { name: 'rot', width: 4, rotation: 'quaternion' },
  ]);
  const now = named(spec, [
    { name: 'pos', width: 2 },
    { name: 'rotation_6d', width: 6, rotation: '6-D' },
  ]);
  expect(dimensionLosses(maps(before, now)).map(({ what }) => what)).toEqual([
    'pos (old dimensions 0–2) is not continued: pos has 3 dimensions in the old policy and 2 in the new one',
    'rot (old dimensions 3–6) is not continued: a rotation as quaternion in the old policy and as 6-D in the new one, whose numbers mean something else',
  ]);
});

it('names on both sides of which none is shared are no match', () => {
  const disagree = (a: readonly Run[], b: readonly Run[]) =>
    namesDisagree(maps(named(old, a), named(spec, b)).get('action')!);
  expect(disagree([{ name: 'a', width: 7 }], [{ name: 'b', width: 8 }])).toBe(true);
  expect(disagree([{ name: 'a', width: 7 }], [{ name: 'a', width: 7 }, { width: 1 }])).toBe(false);
  expect(disagree([{ width: 7 }], [{ name: 'b', width: 8 }])).toBe(false);
});

it('a checkpoint that fits as it is keeps every place, whatever it is called', () => {
  const [a, b] = [
    named(spec, [
      { name: 'pose', width: 7 },
      { name: 'grip', width: 1 },
    ]),
    named(spec, [
      { name: 'pose', width: 7 },
      { name: 'hand', width: 1 },
    ]),
  ];
  expect(maps(a, b).get('action')!.lost).toHaveLength(1);
  for (const { from, lost } of maps(a, b, samePlaces(b, a)).values()) {
    expect(from).toEqual([...from.keys()]);
    expect(lost).toEqual([]);
  }
  expect([...samePlaces(spec, old).keys()]).toEqual(['robot_eef_pose']); // the others differ, or are new
});
