/** The spec of a UNet image policy: upstream's own keys, shapes and groups, torchvision's ResNets, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { gripper, image, pose, shapeMeta, unetImageConfig } from '../../../tensors/policy/configs.js';

interface Reference {
  readonly state_dicts: { readonly model: Record<string, { readonly shape: number[] }> };
  readonly optimizer_groups: readonly (readonly string[])[];
  readonly cfg: PlainMap;
}
const fixture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../fixtures/families/unet-image/${name}.json`, import.meta.url), 'utf8'),
  );
const shapeOf = (resolved: PlainMap, key: string) =>
  policySpec(resolved).parameters.find((entry) => entry.key === key)?.shape;
const MODEL = { _target_: 'diffusion_policy.model.vision.model_getter.get_resnet', weights: null };
const resnet = (name: Plain, more: PlainMap = {}) => ({ rgb_model: { ...MODEL, name, ...more } });

describe.each([7, 8])('the %i-D reference', (dimensions) => {
  const { state_dicts, optimizer_groups, cfg }: Reference = fixture(`policy-${dimensions}d`);
  const spec = policySpec(cfg);

  it('has every key and shape in upstream’s order', () => {
    const listed = spec.parameters.map(({ key, shape }) => [key, shape]);
    expect(listed).toEqual(Object.entries(state_dicts.model).map(([key, { shape }]) => [key, shape]));
  });

  it('has one group of parameters, in upstream’s order, without the normaliser', () => {
    const groups = familyOfSpec(spec)
      .parameterGroups(spec)
      .map(({ parameters }) => parameters.map(({ key }) => key));
    const own = optimizer_groups.map((keys) => keys.filter((key) => !key.startsWith('normalizer.')));
    expect(groups).toEqual(own);
  });

  it('takes the optimizer’s values from the config', () => {
    expect(familyOfSpec(spec).optimizerSettings(cfg)).toMatchObject({
      learningRate: 1e-4,
      weightDecay: { all: 1e-6 },
    });
  });
});

it.each(['resnet18', 'resnet34', 'resnet50'])('has torchvision’s keys and shapes of %s', (name) => {
  const prefix = 'obs_encoder.key_model_map.image.';
  const listed = policySpec(unetImageConfig({}, resnet(name))).parameters.flatMap(({ key, shape }) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), shape]] : [],
  );
  expect(listed).toEqual(fixture('resnet-keys')[name]);
});

describe('several cameras', () => {
  const obs = {
    robot_gripper_state: gripper,
    wrist: image(3, 60, 80),
    robot_eef_pose: pose,
    front: image(3, 90, 160),
  };
  const policy = { shape_meta: shapeMeta(obs, 8) };

  it('are joined sorted, before the rest; their models and the normaliser lie as in the config', () => {
    const spec = policySpec(unetImageConfig(policy, { crop_shape: null }));
    const segments = familyOfSpec(spec).axisOf('model.mid_modules.0.cond_encoder.1.weight', spec)!.segments;
    const named = segments.map((part) =>
      part.of === 'observation' ? [part.key, part.width, part.step] : [],
    );
    const step = (at: number) => [
      ['front', 512, at],
      ['wrist', 512, at],
      ['robot_eef_pose', 7, at],
      ['robot_gripper_state', 1, at],
    ];
    expect(named.slice(1)).toEqual([...step(0), ...step(1)]);
    const keys = spec.parameters.map(({ key }) => key);
    const at = (key: string) => keys.indexOf(key);
    const stem = (camera: string) => at(`obs_encoder.key_model_map.${camera}.conv1.weight`);
    expect(stem('wrist')).toBeLessThan(stem('front'));
    expect(spec.normalizer.map(({ name }) => name)).toEqual([
      'action',
      'robot_gripper_state',
      'robot_eef_pose',
      'wrist',
      'front',
    ]);
  });

  it('may have a size each where Hydra hands a dict over', () => {
    const crop_shape = { wrist: [54, 72], front: [81, 144] };
    const spec = policySpec(unetImageConfig(policy, { crop_shape, _convert_: 'all' }));
    expect(spec).toMatchObject({
      views: [
        { key: 'front', size: [81, 144] },
        { key: 'wrist', size: [54, 72] },
      ],
    });
    expect(() => policySpec(unetImageConfig(policy, { crop_shape }))).toThrow(/crop_shape is a mapping/);
    const some = { wrist: [54, 72] };
    expect(() => policySpec(unetImageConfig(policy, { crop_shape: some, _convert_: 'all' }))).toThrow(
      /policy\.obs_encoder\.crop_shape\.front is missing/,
    );
  });
});

describe('what a ResNet sees', () => {
  it.each<readonly [PlainMap, readonly number[]]>([
    [{}, [76, 76]],
    [{ crop_shape: null }, [90, 160]],
    [{ random_crop: false }, [90, 160]], // upstream's constructor drops that crop
    [{ resize_shape: [240, 320], crop_shape: [216, 288] }, [216, 288]],
    [{ resize_shape: [240, 320], crop_shape: null }, [240, 320]],
  ])('%j → %j', (encoder, size) => {
    expect(policySpec(unetImageConfig({}, encoder)).cropShape).toEqual(size);
  });

  it('leaves every key and shape as it is', () => {
    const listed = (encoder: PlainMap) => policySpec(unetImageConfig({}, encoder)).parameters;
    expect(listed({ resize_shape: [240, 320], crop_shape: null, imagenet_norm: false })).toEqual(listed({}));
  });
});

it('takes inpainted observations into the trajectory, behind the actions', () => {
  const resolved = unetImageConfig({ obs_as_global_cond: false });
  expect(shapeOf(resolved, 'model.down_modules.0.0.blocks.0.block.0.weight')).toEqual([16, 8 + 520, 5]);
  expect(shapeOf(resolved, 'model.mid_modules.0.cond_encoder.1.weight')).toEqual([64, 16]);
});

it('needs no camera', () => {
  const spec = policySpec(unetImageConfig({ shape_meta: shapeMeta({ robot_eef_pose: pose }, 8) }));
  expect(spec.obsFeatureDim).toBe(7);
  expect(spec.parameters.some(({ key }) => key.includes('key_model_map'))).toBe(false);
});

describe('a config that upstream cannot build, or that is not supported, is named with its dotted path', () => {
  const cases: readonly (readonly [string, PlainMap, RegExp])[] = [
    [
      'another encoder',
      { _target_: 'mine.Encoder' },
      /obs_encoder\._target_ is mine\.Encoder, expected Multi/,
    ],
    ['another ResNet', resnet('resnext50_32x4d'), /rgb_model\.name is resnext50_32x4d, expected resnet18/],
    [
      'wide ones',
      resnet('resnet50', { width_per_group: 128 }),
      /rgb_model\.width_per_group is not supported/,
    ],
    ['a model for each camera', { rgb_model: { image: { ...MODEL } } }, /rgb_model\._target_ is missing/],
    [
      'a crop of the whole height',
      { crop_shape: [90, 144] },
      /crop_shape is \[90, 144\], which is not smaller/,
    ],
    ['a crop above the resized image', { resize_shape: [64, 64] }, /the image image of \[64, 64\]/],
    ['one side', { resize_shape: 240 }, /resize_shape is 240, expected a list of 2/],
    [
      'other observations',
      { shape_meta: shapeMeta({ image: image(3, 90, 160) }, 8) },
      /obs_encoder\.shape_meta\.obs is not the same as policy\.shape_meta\.obs/,
    ],
  ];
  it.each(cases)('%s', (_name, encoder, message) => {
    expect(() => policySpec(unetImageConfig({}, encoder))).toThrow(message);
  });

  it('BatchNorm of a single value', () => {
    const tiny = { use_group_norm: false, crop_shape: [32, 32] };
    expect(() => policySpec(unetImageConfig({}, tiny))).toThrow(
      /use_group_norm leaves BatchNorm, but the feature map of image in \[32, 32\] is a single cell/,
    );
    expect(() => policySpec(unetImageConfig({}, { ...tiny, crop_shape: [32, 33] }))).not.toThrow();
    expect(() => policySpec(unetImageConfig({}, { ...tiny, use_group_norm: true }))).not.toThrow();
  });

  it('a shared ResNet of cameras that are seen in different sizes', () => {
    const obs = { wrist: image(3, 60, 80), front: image(3, 90, 160) };
    const policy = { shape_meta: shapeMeta(obs, 8) };
    const read = (encoder: PlainMap) =>
      policySpec(unetImageConfig(policy, { share_rgb_model: true, ...encoder }));
    expect(() => read({ crop_shape: null })).toThrow(
      /share_rgb_model is true, but the ResNet would see front in \[90, 160\] and wrist in \[60, 80\]/,
    );
    expect(read({ crop_shape: [54, 72] }).obsFeatureDim).toBe(1024);
    expect(read({ crop_shape: null, resize_shape: [54, 72] }).obsFeatureDim).toBe(1024);
  });

  it('an image that has no three channels', () => {
    const policy = { shape_meta: shapeMeta({ depth: image(1, 90, 160) }, 8) };
    expect(() => policySpec(unetImageConfig(policy))).toThrow(/obs\.depth\.shape\.0 is 1, expected 3/);
  });

  it('a policy without an encoder', () => {
    expect(() => policySpec(unetImageConfig({}, { _target_: null }))).toThrow(/_target_ is/);
  });
});

it('passes a trajectory on that is as wide as the first level', () => {
  const key = 'model.down_modules.0.0.residual_conv.weight';
  const passedOn = (actionDim: number) => {
    const shape_meta = shapeMeta({ robot_eef_pose: pose }, actionDim);
    const spec = policySpec(unetImageConfig({ shape_meta }));
    return familyOfSpec(spec).passedOn!(key, spec);
  };
  expect(passedOn(16)).toEqual([{ of: 'action', width: 16 }]);
  expect(passedOn(8)).toBeUndefined();
});
