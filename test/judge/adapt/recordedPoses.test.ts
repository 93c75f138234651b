/** Dimensions that a data set of converted poses tells. */
import { expect, it } from 'vitest';
import type { Rotation } from '../../../engine/base/rotation.js';
import type { DataSetColumn } from '../../../engine/formats/dataSet.js';
import { namedByColumns, withRecordedPoses } from '../../../engine/judge/adapt/recordedPoses.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { newConfig } from '../../adapt/references.js';

const spec = policySpec(newConfig);
const column = (width: number, rotation?: Rotation): DataSetColumn => ({
  ...{ shape: [9, width], dtype: '<f4', stored: { piece: [9, width], codec: null } },
  ...(rotation && { rotation }),
});

it('names a pose whose form of rotation the data set tells', () => {
  const { dimensions } = namedByColumns(spec, new Map([['action', column(8, 'quaternion')]]));
  expect(Object.keys(dimensions!)).toEqual(['action']);
  expect(dimensions!['action']!.map(({ name, width, rotation }) => [name, width, rotation])).toEqual([
    ['position', 3, undefined],
    ['quaternion', 4, 'quaternion'],
    ['gripper', 1, undefined],
  ]);
});

it('looks at the array that the policy reads', () => {
  const renamed = { ...spec, columns: { action: 'target' } };
  expect(namedByColumns(renamed, new Map([['target', column(8, 'quaternion')]])).dimensions).toHaveProperty(
    'action',
  );
  expect(namedByColumns(renamed, new Map([['action', column(8, 'quaternion')]]))).toBe(renamed);
});

it('does not contradict the config, and says nothing where the data set does not', () => {
  const named = policySpec({ ...newConfig, regrip: { action_names: [{ pose: 7 }, 'grip'] } });
  expect(namedByColumns(named, new Map([['action', column(8, 'quaternion')]]))).toBe(named);
  expect(namedByColumns(spec, new Map([['action', column(8)]]))).toBe(spec);
  expect(namedByColumns(spec, new Map([['action', column(10, '6d')]]))).toBe(spec); // not the width of the policy
});

it('names the old side too', () => {
  const { old } = withRecordedPoses(
    { old: spec, spec },
    new Map([['action', column(8, 'quaternion')]]),
    new Map(),
  );
  expect(old.dimensions!['action']!.map(({ name }) => name)).toEqual(['position', 'quaternion', 'gripper']);
});
