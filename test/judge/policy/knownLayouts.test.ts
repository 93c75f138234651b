/** What robomimic's and UMI's data sets join to an action. */
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { knownLayouts } from '../../../engine/judge/policy/knownLayouts.js';

function layout(dataset: PlainMap, widths: Readonly<Record<string, number>>, meta: PlainMap = {}) {
  const config = { task: { dataset }, policy: { shape_meta: meta } };
  const found = knownLayouts(config, new Map(Object.entries(widths)));
  const text = (field: string) =>
    found.get(field)?.map(({ name, width, rotation }) => `${name}:${width}${rotation ? ` ${rotation}` : ''}`);
  return { action: text('action'), obs: text('obs'), all: [...found.keys()], text };
}

const robomimic = (more: PlainMap = {}): PlainMap => ({
  _target_: 'diffusion_policy.dataset.robomimic_replay_image_dataset.RobomimicReplayImageDataset',
  ...more,
});

describe('robomimic', () => {
  it.each<[string, PlainMap, number, string[]]>([
    [
      'relative',
      { abs_action: false, rotation_rep: 'rotation_6d' },
      7,
      ['eef_pos:3', 'eef_rot:3 axis-angle', 'gripper:1'],
    ],
    [
      'absolute',
      { abs_action: true, rotation_rep: 'rotation_6d' },
      10,
      ['eef_pos:3', 'eef_rot:6 6-D', 'gripper:1'],
    ],
    ['absolute by default 6-D', { abs_action: true }, 10, ['eef_pos:3', 'eef_rot:6 6-D', 'gripper:1']],
    [
      'two arms',
      {},
      14,
      [
        'robot0_eef_pos:3',
        'robot0_eef_rot:3 axis-angle',
        'robot0_gripper:1',
        'robot1_eef_pos:3',
        'robot1_eef_rot:3 axis-angle',
        'robot1_gripper:1',
      ],
    ],
  ])('%s', (_name, more, width, names) =>
    expect(layout(robomimic(more), { action: width }).action).toEqual(names),
  );

  it.each<[string, PlainMap, number]>([
    ['a width that no arm has', {}, 8],
    ['three arms', {}, 21],
    ['6-D that is not absolute', { abs_action: true }, 7],
    ['an unknown form', { abs_action: true, rotation_rep: 'other' }, 10],
  ])('says nothing of %s', (_name, more, width) =>
    expect(layout(robomimic(more), { action: width }).all).toEqual([]),
  );

  it('the low-dim observation is joined in the order of obs_keys; the object takes the rest', () => {
    const keys: Plain = ['object', 'robot0_eef_pos', 'robot0_eef_quat', 'robot0_gripper_qpos'];
    const of = (obs_keys: Plain, obs: number) => layout(robomimic({ obs_keys }), { action: 7, obs }).obs;
    expect(of(keys, 19)).toEqual([
      'object:10',
      'robot0_eef_pos:3',
      'robot0_eef_quat:4 quaternion',
      'robot0_gripper_qpos:2',
    ]);
    expect(of(keys, 9)).toBeUndefined();
    expect(of(['object', 'joints'], 9)).toBeUndefined();
  });
});

describe('UMI', () => {
  const dataset = { _target_: 'diffusion_policy.dataset.umi_dataset.UmiDataset' };
  const meta = {
    action: { rotation_rep: 'rotation_6d' },
    obs: { robot0_eef_rot_axis_angle: { rotation_rep: 'rotation_6d' }, robot0_eef_pos: {} },
  };

  it('has ten numbers an arm, and says in which form a rotation is seen', () => {
    const widths = { action: 10, robot0_eef_rot_axis_angle: 6, robot0_eef_pos: 3 };
    const found = layout(dataset, widths, meta);
    expect(found.action).toEqual(['robot0_eef_pos:3', 'robot0_eef_rot:6 6-D', 'robot0_gripper_width:1']);
    expect(found.text('robot0_eef_rot_axis_angle')).toEqual(['robot0_eef_rot_axis_angle:6 6-D']);
    expect(found.text('robot0_eef_pos')).toBeUndefined();
    expect(layout(dataset, { action: 20 }, meta).action).toHaveLength(6);
  });

  it('what each arm has more stands behind its own', () => {
    const two = { robot0_eef_pos: 3, robot1_eef_pos: 3, robot0_eef_pos_wrt1: 3 };
    const found = layout(dataset, { action: 22, ...two }, meta).action;
    expect(found).toHaveLength(8);
    expect([found?.[2], found?.[3], found?.[4]]).toEqual([
      'robot0_gripper_width:1',
      'undefined:1',
      'robot1_eef_pos:3',
    ]);
    expect(layout(dataset, { action: 11, robot0_eef_pos: 3 }, meta).action).toHaveLength(4);
    expect(layout(dataset, { action: 21, ...two }, meta).action).toBeUndefined();
    expect(layout(dataset, { action: 8, robot0_eef_pos: 3 }, meta).action).toBeUndefined();
  });

  it('a data set class that derives from it has its layout', () => {
    const own = { _target_: 'diffusion_policy.dataset.fadp_umi_dataset.FadpUmiDataset' };
    expect(layout(own, { action: 10, robot0_eef_pos: 3 }, meta).action).toHaveLength(3);
  });
});

it('says nothing of another data set', () =>
  expect(layout({ _target_: 'my.Dataset' }, { action: 7 }).all).toEqual([]));
