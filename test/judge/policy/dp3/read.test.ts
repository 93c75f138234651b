/** The spec of a DP3 policy: upstream's own keys and shapes in each of its settings, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { dp3Config, LISTING, VARIANTS } from './configs.js';

const own = (resolved: PlainMap) =>
  policySpec(resolved).parameters.filter(({ kind }) => kind !== 'normalizer');

describe.each(VARIANTS)('%s', (name) => {
  const { state_dict, parameters } = LISTING[name]!;
  const spec = policySpec(dp3Config(name));

  it('has every key and shape in upstream’s order', () => {
    const listed = own(dp3Config(name)).map(({ key, shape }) => `${key} ${shape.join('x')}`);
    expect(listed).toEqual(state_dict);
  });

  it('hands all of them to the optimizer', () => {
    const [group, ...others] = familyOfSpec(spec).parameterGroups(spec);
    expect(others).toEqual([]);
    expect(group!.parameters).toHaveLength(parameters);
  });
});

describe('the observations', () => {
  const seen = (resolved: PlainMap) =>
    policySpec(resolved).observations.map(({ key, type, shape }) => [key, type, shape]);

  it('are known by their names: points first, whatever the types say', () => {
    const obs = { agent_pos: { shape: [7], type: 'low_dimx' }, point_cloud: { shape: [32, 3], type: 'rgb' } };
    expect(seen(dp3Config('film', { shape_meta: { obs, action: { shape: [7] } } }))).toEqual([
      ['point_cloud', 'point_cloud', [32, 3]],
      ['agent_pos', 'low_dim', [7]],
    ]);
  });

  it('are those that the encoder sees; an image is none of them', () => {
    expect(seen(dp3Config('imagined robot'))).toEqual([
      ['point_cloud', 'point_cloud', [32, 3]],
      ['imagin_robot', 'point_cloud', [4, 7]],
      ['agent_pos', 'low_dim', [7]],
    ]);
  });

  it('of equidiff are three arrays, joined', () => {
    const spec = policySpec(dp3Config('three state arrays'));
    const axis = familyOfSpec(spec).axisOf('obs_encoder.state_mlp.0.weight', spec);
    expect(axis?.segments).toEqual([
      { of: 'observation', key: 'robot0_eef_pos', width: 3 },
      { of: 'observation', key: 'robot0_eef_quat', width: 4 },
      { of: 'observation', key: 'robot0_gripper_qpos', width: 2 },
    ]);
  });
});

describe('the normaliser', () => {
  const fields = (resolved: PlainMap) =>
    policySpec(resolved).normalizer.map(({ name, width, range }) => [name, width, range]);
  const read = (_target_: string) => ({ task: { dataset: { _target_ } } });

  it('is fitted over the last axis', () => {
    expect(fields(dp3Config('film'))).toEqual([
      ['action', 7, 'fitted'],
      ['agent_pos', 7, 'fitted'],
      ['point_cloud', 3, 'fitted'],
    ]);
  });

  it('leaves alone what upstream’s data set classes leave alone', () => {
    const dexart = { ...dp3Config('imagined robot'), ...read('diffusion_policy_3d.dataset.DexArtDataset') };
    expect(fields(dexart)).toEqual([
      ['action', 7, 'fitted'],
      ['agent_pos', 7, 'fitted'],
      ['imagin_robot', 1, 'identity'],
      ['point_cloud', 1, 'identity'],
    ]);
    expect(fields({ ...dp3Config('multi stage'), ...read('mine.GR1DexDataset3D') })).toEqual([
      ['action', 7, 'fitted'],
      ['agent_pos', 1, 'identity'],
      ['point_cloud', 1, 'identity'],
    ]);
  });
});

describe('a config that upstream cannot build or run is named with its dotted path', () => {
  const flat = { obs: { point_cloud: { shape: [32] }, agent_pos: { shape: [7] } }, action: { shape: [7] } };
  const cases: [string, PlainMap, RegExp, string?][] = [
    [
      'another condition',
      { condition_type: 'cross' },
      /condition_type is cross, expected film, add, mlp_film, cross_/,
    ],
    [
      'attention in blocks without it',
      { condition_type: 'cross_attention_add' },
      /is cross_attention_add, expected film, add, mlp_film$/,
      'simple',
    ],
    ['another PointNet', { pointnet_type: 'transformer' }, /pointnet_type is transformer, expected pointnet/],
    ['no several stages', { pointnet_type: 'pointnet' }, /expected multi_stage_pointnet/, 'multi stage'],
    [
      'colours without a place',
      { use_pc_color: true },
      /use_pc_color is true, expected false/,
      'multi stage',
    ],
    ['colours that are not there', { use_pc_color: true }, /point_cloud\.shape\.1 is 3, expected 6/],
    [
      'other widths',
      { encoder_output_dim: 64 },
      /encoder_output_dim is 64, but policy\.pointcloud_encoder_cfg\.out_channels gives 12/,
    ],
    [
      'no projection',
      { pointcloud_encoder_cfg: { use_projection: false } },
      /is 12, but a PointNet without use_projection gives 256/,
    ],
    [
      'another norm',
      { pointcloud_encoder_cfg: { out_channels: 12, final_norm: 'batch' } },
      /final_norm is batch, expected layernorm or none/,
    ],
    ['no PointNet', { pointcloud_encoder_cfg: null }, /pointcloud_encoder_cfg is null, expected a mapping/],
    ['a flat cloud', { shape_meta: flat }, /point_cloud\.shape is \[32\], expected a list of 2/],
    [
      'no state',
      { shape_meta: { obs: { point_cloud: { shape: [32, 3] } }, action: { shape: [7] } } },
      /agent_pos\.shape is missing/,
    ],
    ['a horizon that does not halve', { horizon: 15 }, /policy\.horizon is 15, expected a multiple of 2/],
  ];
  it.each(cases)('%s', (_name, change, message, variant = 'film') => {
    expect(() => policySpec(dp3Config(variant, change))).toThrow(message);
  });
});
