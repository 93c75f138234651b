/** Whether a state dict is the one that a config describes. */
import { describe, expect, it } from 'vitest';
import { findIncompatibilities, sameShape } from '../../../engine/judge/policy/compatibility.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { config, image, pose, shapeMeta } from '../../tensors/policy/configs.js';

const oldShapes = shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 7);
const tensor = (key: string, ...shape: number[]) => ({
  ...{ key, shape, dtype: 'float32', stride: [], storageOffset: 0, storage: '0' },
});
const parameter = (key: string, ...shape: number[]) => ({
  ...{ key, shape, dtype: 'float32' as const, kind: 'parameter' as const },
});

describe('findIncompatibilities', () => {
  it('finds what the gripper changes, and nothing when config and checkpoint agree', () => {
    const saved = policySpec(config({ shape_meta: oldShapes })).parameters.map((entry) => ({
      key: entry.key,
      shape: entry.shape,
      dtype: 'float32',
      stride: [],
      storageOffset: 0,
      storage: '0',
    }));
    expect(findIncompatibilities(policySpec(config({ shape_meta: oldShapes })), saved)).toEqual([]);
    const found = findIncompatibilities(policySpec(config()), saved);
    expect(found.filter(({ kind }) => kind === 'shape').map(({ key }) => key)).toEqual([
      'model.input_emb.weight',
      'model.cond_obs_emb.weight',
      'model.head.weight',
      'model.head.bias',
      ...['offset', 'scale', 'input_stats.max', 'input_stats.mean', 'input_stats.min', 'input_stats.std'].map(
        (name) => `normalizer.params_dict.action.${name}`,
      ),
    ]);
    expect(found.filter(({ kind }) => kind === 'missing')).toHaveLength(6);
  });
});

it('names what the file lacks and what only the file has, in their orders', () => {
  const parameters = [parameter('a', 2), parameter('b', 3)];
  const found = findIncompatibilities({ parameters }, [tensor('c', 1), tensor('b', 3, 1)]);
  expect(found).toEqual([
    { kind: 'missing', key: 'a', expected: [2] },
    { kind: 'shape', key: 'b', expected: [3], found: [3, 1] },
    { kind: 'unexpected', key: 'c', found: [1] },
  ]);
});

it('shapes are the same in rank and in every length', () => {
  expect(sameShape([], [])).toBe(true);
  expect(sameShape([2, 3], [2, 3])).toBe(true);
  expect(sameShape([2], [2, 1])).toBe(false);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
});
