/** The table of families, and that each family's answers about a key agree with the keys and shapes that it lists. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import {
  FAMILIES,
  familiesFor,
  familyOf,
  familyOfSpec,
  knownFamily,
  policySpec,
  unknownPolicy,
} from '../../../engine/judge/policy/families.js';
import { renamedKey } from '../../../engine/judge/policy/family.js';
import { STATISTICS } from '../../../engine/judge/policy/normalizer.js';
import { whyUnsupported } from '../../../engine/judge/policy/unsupported.js';
import {
  config,
  consistencyConfig,
  gripper,
  image,
  inpaintingConfig,
  lowdimConfig,
  pose,
  shapeMeta,
  umiConfig,
  umiObs,
  umiTransformerConfig,
  unetHybridConfig,
  unetImageConfig,
  unetInpaintingConfig,
  unetLocalConfig,
  unetLowdimConfig,
  unetTargetedConfig,
} from '../../tensors/policy/configs.js';
import { dp3Config } from './dp3/configs.js';
import { lerobotActConfig, lerobotDiffusionConfig } from './lerobot/configs.js';
import { r3mConfig, r3mMeta } from './unetR3m/configs.js';

interface Example {
  readonly resolved: PlainMap;
  /** The same policy with one action dimension more, and with one observation value more. */
  readonly widened: readonly PlainMap[];
}

/** Two cameras where the family has some, so that names in keys are told apart. */
const cameras = (actionDim: number, poseWidth: number) => ({
  shape_meta: shapeMeta(
    {
      wrist: image(3, 90, 160),
      robot_eef_pose: { ...pose, shape: [poseWidth] },
      nets: image(3, 90, 160),
      obs_nets: gripper,
    },
    actionDim,
  ),
});
const withCameras = (of: (change: PlainMap) => PlainMap): Example[] => [
  { resolved: of(cameras(8, 7)), widened: [of(cameras(9, 7)), of(cameras(8, 8))] },
];

const withTwoCameras = (width: number) => ({
  obs: {
    wrist: umiObs['camera0_rgb']!,
    ...umiObs,
    robot0_eef_pos: { ...(umiObs['robot0_eef_pos'] as PlainMap), shape: [width] },
  },
});
const umiExample = (encoder: PlainMap): Example => ({
  resolved: umiConfig(withTwoCameras(3), encoder),
  widened: [umiConfig({ ...withTwoCameras(3), action: 11 }, encoder), umiConfig(withTwoCameras(4), encoder)],
});

const umiTransformerExample = (encoder: PlainMap): Example => ({
  resolved: umiTransformerConfig(withTwoCameras(3), encoder),
  widened: [
    umiTransformerConfig({ ...withTwoCameras(3), action: 11 }, encoder),
    umiTransformerConfig(withTwoCameras(4), encoder),
  ],
});

const cloudMeta = (actionDim: number, stateWidth: number) => ({
  shape_meta: shapeMeta(
    {
      point_cloud: { shape: [32, 3], type: 'point_cloud' },
      agent_pos: { shape: [stateWidth], type: 'low_dim' },
    },
    actionDim,
  ),
});

/** Whole configs of each family. */
const CONFIGS: Readonly<Record<string, readonly Example[]>> = {
  lerobotAct: [
    {
      resolved: lerobotActConfig(),
      widened: [
        lerobotActConfig({}, { action: 9 }),
        lerobotActConfig({}, { 'observation.state': 8 }),
        lerobotActConfig({}, { 'observation.environment_state': 3 }),
      ],
    },
  ],
  lerobotDiffusion: [{}, { use_separate_rgb_encoder_per_camera: true, use_group_norm: false }].map(
    (change) => ({
      resolved: lerobotDiffusionConfig(change),
      widened: [
        lerobotDiffusionConfig(change, { action: 9 }),
        lerobotDiffusionConfig(change, { 'observation.state': 8 }),
        lerobotDiffusionConfig(change, { 'observation.environment_state': 3 }),
      ],
    }),
  ),
  transformerHybrid: [
    ...withCameras(config),
    ...withCameras((change) => config({ obs_as_cond: false, ...change })),
  ],
  unetHybrid: withCameras(unetHybridConfig),
  unetImage: [
    ...withCameras(unetImageConfig),
    ...withCameras((change) => unetImageConfig(change, { share_rgb_model: true })),
    ...withCameras((change) =>
      unetImageConfig({ obs_as_global_cond: false, ...change }, { use_group_norm: false }),
    ),
  ],
  consistency: [
    ...withCameras((change) => consistencyConfig('teacher', change)),
    ...withCameras((change) => consistencyConfig('student', change)),
  ],
  unetTargeted: [
    ...withCameras(unetTargetedConfig),
    ...withCameras((change) => unetTargetedConfig({ obs_embedding_dim: 5, ...change })),
  ],
  unetTimm: [
    umiExample({}),
    umiExample({ model_name: 'resnet18', feature_aggregation: 'transformer' }),
    umiExample({ model_name: 'resnet18', feature_aggregation: 'avg', use_group_norm: false }),
    umiExample({ model_name: 'convnext_tiny', feature_aggregation: 'avg', share_rgb_model: true }),
  ],
  transformerTimm: [
    umiTransformerExample({}),
    umiTransformerExample({ model_name: 'resnet18', share_rgb_model: true }),
  ],
  unetLowdim: [
    {
      resolved: unetLowdimConfig(),
      widened: [
        unetLowdimConfig({ action_dim: 9 }, { input_dim: 9 }),
        unetLowdimConfig({ obs_dim: 22 }, { global_cond_dim: 44 }),
      ],
    },
    {
      resolved: unetLocalConfig(),
      widened: [
        unetLocalConfig({ action_dim: 9 }, { input_dim: 9 }),
        unetLocalConfig({ obs_dim: 22 }, { local_cond_dim: 22 }),
      ],
    },
    {
      resolved: unetInpaintingConfig(),
      widened: [
        unetInpaintingConfig({ action_dim: 9 }, { input_dim: 30 }),
        unetInpaintingConfig({ obs_dim: 22 }, { input_dim: 30 }),
      ],
    },
  ],
  transformerLowdim: [
    {
      resolved: lowdimConfig({}, { n_cond_layers: 1 }),
      widened: [
        lowdimConfig({ action_dim: 9 }, { n_cond_layers: 1, input_dim: 9, output_dim: 9 }),
        lowdimConfig({ obs_dim: 22 }, { n_cond_layers: 1, cond_dim: 22 }),
      ],
    },
    {
      resolved: inpaintingConfig(),
      widened: [
        inpaintingConfig({ action_dim: 9 }, { input_dim: 30, output_dim: 30 }),
        inpaintingConfig({ obs_dim: 22 }, { input_dim: 30, output_dim: 30 }),
      ],
    },
    {
      resolved: inpaintingConfig({}, { time_as_cond: false }),
      widened: [inpaintingConfig({ action_dim: 9 }, { time_as_cond: false, input_dim: 30, output_dim: 30 })],
    },
  ],
  unetR3m: [
    {
      resolved: r3mConfig('random'),
      widened: [r3mConfig('random', {}, {}, r3mMeta(8, 7)), r3mConfig('random', {}, {}, r3mMeta(7, 8))],
    },
    { resolved: r3mConfig('BatchNorm'), widened: [r3mConfig('BatchNorm', {}, {}, r3mMeta(8, 7))] },
  ],
  dp3: [
    {
      resolved: dp3Config('film'),
      widened: [dp3Config('film', cloudMeta(8, 7)), dp3Config('film', cloudMeta(7, 8))],
    },
    { resolved: dp3Config('simple'), widened: [dp3Config('simple', cloudMeta(8, 7))] },
    {
      resolved: dp3Config('cross_attention_film'),
      widened: [dp3Config('cross_attention_film', cloudMeta(8, 7))],
    },
    { resolved: dp3Config('mlp_film'), widened: [dp3Config('mlp_film', cloudMeta(8, 8))] },
    { resolved: dp3Config('inpainting'), widened: [dp3Config('inpainting', cloudMeta(8, 7))] },
    { resolved: dp3Config('multi stage'), widened: [dp3Config('multi stage', cloudMeta(7, 8))] },
    { resolved: dp3Config('imagined robot'), widened: [] },
    { resolved: dp3Config('three state arrays'), widened: [] },
  ],
};
const rows = Object.values(CONFIGS).flatMap((examples) =>
  examples.map(({ resolved, widened }) => {
    const spec = policySpec(resolved);
    return [spec.family, spec, widened.map((wide) => policySpec(wide))] as const;
  }),
);
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

describe('the table', () => {
  it('has a folder and a config of this test for each family, and no name twice', () => {
    const ids = FAMILIES.map(({ id }) => id);
    expect(Object.keys(CONFIGS).sort()).toEqual([...ids].sort());
    for (const id of ids)
      expect(existsSync(new URL(`../../../engine/judge/policy/${id}/family.ts`, import.meta.url))).toBe(true);
    const classes = FAMILIES.flatMap((family) => family.classes);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(classes).size).toBe(classes.length);
  });

  it('says of each family which layers come and go with the widths, where any do', () => {
    for (const { id, passedOn, shortcuts } of FAMILIES)
      expect([id, shortcuts === undefined]).toEqual([id, passedOn === undefined]);
  });

  it.each(rows)('%s reads its own class, in whatever module it lies', (id, spec) => {
    const family = familyOfSpec(spec);
    expect(family.id).toBe(id);
    for (const name of family.classes) {
      const resolved = { policy: { _target_: `mine.${name}` } };
      expect(familyOf(resolved)).toBe(family);
      expect(knownFamily(resolved)).toBe(family);
      expect(familiesFor(resolved)).toEqual([family]);
      expect(unknownPolicy(resolved)).toBeUndefined();
    }
  });

  it('another class: an error with the list, and every family for a single setting', () => {
    const resolved = { policy: { _target_: 'mine.Other' } };
    const list = FAMILIES.flatMap(({ classes }) => classes).join(', ');
    expect(() => familyOf(resolved)).toThrow(`policy._target_ is mine.Other`);
    expect(() => familyOf(resolved)).toThrow(`it knows ${list}`);
    expect(unknownPolicy(resolved)?.message).toContain(list);
    expect(knownFamily(resolved)).toBeUndefined();
    expect(familiesFor(resolved)).toBe(FAMILIES);
  });

  it('a class of a public project that is left out: the reason', () => {
    const said = unknownPolicy({ policy: { _target_: 'equi_diffpo.DiffusionEquiUNetPolicyVoxel' } })?.message;
    expect(said).toMatch(
      /class that Regrip does not support: its layers act on .*escnn.* that could be kept$/,
    );
    for (const name of FAMILIES.flatMap(({ classes }) => classes))
      expect(whyUnsupported(name)).toBeUndefined();
  });

  it.each<PlainMap | undefined>([
    undefined,
    {},
    { policy: { _target_: '???' } },
    { policy: { _target_: '${task.policy}' } },
  ])('a config that names no class yet is not called unknown: %j', (resolved) =>
    expect(unknownPolicy(resolved)).toBeUndefined(),
  );
});

describe.each(rows)('%s', (_, spec, widened) => {
  const family = familyOfSpec(spec);

  it('has a place for every key, the parts of one camera and of one field together', () => {
    for (const { key, kind } of spec.parameters)
      expect([key, family.placeOf(key, spec).part === 'normalizer']).toEqual([key, kind === 'normalizer']);
    const named = new Set(spec.parameters.flatMap(({ key }) => family.placeOf(key, spec).of?.name ?? []));
    const fields = spec.normalizer.map(({ name }) => name);
    const known = [...fields, ...spec.observations.map(({ key }) => key)];
    // Without a normaliser in the state dict a key names an observation only where that has an encoder of its own.
    if (fields.length > 0) expect(named).toEqual(new Set(known));
    else expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('renames an observation in its keys and nowhere else', () => {
    const camera = spec.observations.find(({ type }) => type === 'rgb');
    const { key: name } = camera ?? spec.observations[0]!;
    const keys = new Set(spec.parameters.map(({ key }) => key));
    const renamed = spec.parameters.map(({ key }) => {
      const { of } = family.placeOf(key, spec);
      return of?.name === name ? renamedKey(key, of, 'renamed') : key;
    });
    const written = family.nameInKeys?.(name, spec) ?? name;
    expect(renamed.map((key) => key.replace('.renamed.', `.${written}.`))).toEqual([...keys]);
    const isShared = spec.normalizer.length === 0 && !renamed.some((key) => key.includes('.renamed.'));
    const hasEncoder = renamed.some((key) => /^(?!normalizer\.).*\.renamed\./.test(key)); // of its own, not one for all
    const least = isShared ? 0 : hasEncoder ? 60 : STATISTICS.length; // of a ResNet-18 alone
    expect(renamed.filter((key) => !keys.has(key)).length).toBeGreaterThanOrEqual(least);
  });

  it('follows the actions and observations along axes of that length', () => {
    const followed = spec.parameters.flatMap((entry) => {
      const axis = family.axisOf(entry.key, spec);
      return axis === undefined ? [] : [[entry, axis] as const];
    });
    for (const [{ key, shape }, { axis, segments }] of followed)
      expect([key, segments.reduce((sum, { width }) => sum + width, 0)]).toEqual([key, shape[axis]]);
    const layers = followed.flatMap(([{ key }]) => key.replace(/\.(weight|bias)$/, ''));
    // A policy of the family need not have every network that another one has.
    const networks = new Set(spec.parameters.map(({ key }) => key.split('.')[0]));
    const there = family.actionLayers.filter((layer) => networks.has(layer.split('.')[0]!));
    expect(there.length).toBeGreaterThan(0);
    for (const layer of there) expect(layers).toContain(layer);
  });

  it('leaves no axis out that the action or an observation widens', () => {
    for (const wide of widened)
      for (const [at, { key, shape }] of wide.parameters.entries()) {
        const before = spec.parameters[at]!;
        expect(before.key).toBe(key);
        const axes = shape.flatMap((size, axis) => (size === before.shape[axis] ? [] : [axis]));
        const axis = family.axisOf(key, wide)?.axis;
        if (axes.length > 0) expect([key, axes]).toEqual([key, [axis]]);
      }
  });

  it('starts every entry by a rule, with as many values as it has', () => {
    for (const entry of spec.parameters.filter(({ kind }) => kind !== 'normalizer')) {
      const rule = family.initialRule(entry, spec);
      if (rule.kind === 'computed')
        expect([entry.key, rule.values().length]).toEqual([entry.key, product(entry.shape)]);
    }
  });

  it('holds each trained tensor in one group at most, with a decay for each group', () => {
    const groups = family.parameterGroups(spec);
    const keys = groups.flatMap(({ parameters }) => parameters.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    const trained = spec.parameters.filter(
      ({ kind, alias, shape }) => kind === 'parameter' && alias === undefined && product(shape) > 0,
    );
    expect(trained.filter(({ key }) => !keys.includes(key))).toEqual([]);
  });

  it('turns kernels with an order that has each axis once', () => {
    const kernels = spec.parameters.filter(({ engineAxes }) => engineAxes !== undefined);
    for (const { shape, engineAxes } of kernels)
      expect([...engineAxes!].sort()).toEqual(shape.map((_length, axis) => axis));
  });
});
