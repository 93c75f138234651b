/** What the config says the entries of actions and observations are called. */
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { isName, listedNames, readDimensions } from '../../../engine/judge/policy/dimensionNames.js';
import type { Dimensions } from '../../../engine/judge/policy/dimensions.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { config, image, pose, shapeMeta } from '../../tensors/policy/configs.js';

const SPEC = {
  actionDim: 8,
  observations: [
    { key: 'pose', type: 'low_dim', shape: [7] },
    { key: 'image', type: 'rgb', shape: [3, 8, 8] },
  ],
} as const;

const read = (of: PlainMap) => readDimensions(of, SPEC);
const text = (of: Dimensions | undefined) => of?.map(({ name, width }) => `${name ?? ''}:${width}`).join(' ');
const action = (names: Plain) => text(read({ regrip: { action_names: names } })['action']);

describe('regrip.action_names', () => {
  it.each<[string, Plain]>([
    ['pose:7 gripper:1', { pose: 7, gripper: 1 }],
    ['pose:7 gripper:1', [{ pose: 7 }, 'gripper']],
    [':7 gripper:1', [7, 'gripper']],
    ['x:1 y:1 z:1 qx:1 qy:1 qz:1 qw:1 g:1', ['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw', 'g']],
  ])('%s', (expected, names) => expect(action(names)).toBe(expected));

  it.each<[Plain, string]>([
    [{ pose: 7 }, 'regrip.action_names names 7 dimensions, but the action has 8'],
    [['a', 'a', 6], 'regrip.action_names names "a" twice'],
    ['pose', 'regrip.action_names is "pose", expected a list of names'],
    [[{ pose: 0 }, 8], 'has 0, expected a name or a number of entries'],
    [[{ pose: 1.5 }, 8], 'has 1.5, expected a name or a number of entries'],
    [['new', 7], 'has "new", which cannot be a name'],
    [['a b', 7], 'has "a b", which cannot be a name'],
    [['', 7], 'has "", which cannot be a name'],
    [[null, 7], 'has null, expected a name'],
    [Array(5000).fill(1), 'has 5000 entries, expected 4096 at most'],
  ])('%j is refused', (names, why) => expect(() => action(names)).toThrow(why));

  it('null says nothing, and a list without a name too', () => {
    expect(action(null)).toBeUndefined();
    expect(action([8])).toBeUndefined();
  });
});

describe('regrip.observation_names', () => {
  const seen = (names: Plain) => read({ regrip: { observation_names: names } });

  it('are by the observation', () =>
    expect(text(seen({ pose: { pos: 3, quat: 4 } })['pose'])).toBe('pos:3 quat:4'));

  it.each<[Plain, string]>([
    [{ pose: ['a'] }, 'regrip.observation_names.pose names 1 dimensions, but pose has 7'],
    [
      { image: ['a'] },
      'regrip.observation_names.image names no low-dimensional observation of the policy (it has pose)',
    ],
    [{ action: [8] }, 'names no low-dimensional observation'],
    [['pose'], 'expected a mapping of observations'],
  ])('%j is refused', (names, why) => expect(() => seen(names)).toThrow(why));
});

describe('names in shape_meta', () => {
  const meta = (names: Plain) => ({ policy: { shape_meta: { action: { names }, obs: {} } } });
  const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

  it('are taken as LeRobot lists them', () => {
    expect(read(meta(eight))['action']).toHaveLength(8);
    expect(read(meta({ motors: eight }))['action']).toHaveLength(8);
    const pos = { policy: { shape_meta: { obs: { pose: { names: eight.slice(1) } } } } };
    expect(read(pos)['pose']).toHaveLength(7);
  });

  it('count only where they are one for each entry, and the user’s own come first', () => {
    expect(read(meta(eight.slice(1)))).toEqual({});
    expect(listedNames(['a', 'a'], 2)).toBeUndefined();
    expect(text(read({ ...meta(eight), regrip: { action_names: [7, 'grip'] } })['action'])).toBe(':7 grip:1');
  });
});

it('a rotation is told by its name', () => {
  const dimensions = read({ regrip: { action_names: [{ pos: 2 }, { rot_6d: 5 }, 'yaw'] } })['action']!;
  expect(dimensions.map(({ rotation }) => rotation)).toEqual([undefined, '6-D', 'Euler angles']);
  const quaternion = read({ regrip: { observation_names: { pose: [3, 'qx', 'qy', 'qz', 'qw'] } } })['pose']!;
  expect(quaternion.map(({ rotation }) => rotation)).toEqual([undefined, ...Array(4).fill('quaternion')]);
});

it.each(['pose', 'left.pos', 'a-b', '6d'])('%s is a name', (name) => expect(isName(name)).toBe(true));
it.each(['', 'new', '7', 'a b', 'a=b', 'a,b', 'a:b', 'a@b'])('%j is none', (name) =>
  expect(isName(name)).toBe(false),
);

it('a policy’s spec has them, and none where nobody says', () => {
  const made = config({ shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 8) });
  expect(policySpec(made).dimensions).toBeUndefined();
  const named = policySpec({ ...made, regrip: { action_names: { pose: 7, gripper: 1 } } });
  expect(Object.keys(named.dimensions!)).toEqual(['action']);
});
