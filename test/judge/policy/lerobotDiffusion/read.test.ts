/** The spec of LeRobot's diffusion policy: LeRobot's own keys, shapes and groups for many configs, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { rowsOf, variantsOf } from '../lerobot/listings.js';

const VARIANTS = variantsOf('diffusion', 'DiffusionPolicy');
const named = (name: string) => VARIANTS.find((variant) => variant.name === name)!.resolved;
const changed = (name: string, change: Record<string, Plain | undefined>): PlainMap => {
  const policy = Object.entries({ ...(named(name)['policy'] as PlainMap), ...change });
  return { policy: Object.fromEntries(policy.filter(([, value]) => value !== undefined)) as PlainMap };
};

it('knows all that the fixture lists', () => expect(VARIANTS.length).toBe(23));

describe.each(VARIANTS)('$name', ({ resolved, rows, groups }) => {
  const spec = policySpec(resolved);

  it('has every key, shape and kind in LeRobot’s order', () => expect(rowsOf(spec)).toEqual(rows));

  it('has one group of the optimizer with every trained tensor', () => {
    const found = familyOfSpec(spec).parameterGroups(spec);
    expect(found.map(({ parameters }) => parameters.length)).toEqual(groups);
  });
});

describe('what the condition is put together of', () => {
  const segments = (name: string) => policySpec(named(name));

  it('each observed step: the robot’s state, the cameras in the order of the config, the environment', () => {
    const spec = segments('three cameras and the environment');
    const axis = familyOfSpec(spec).axisOf('diffusion.unet.mid_modules.0.cond_encoder.1.weight', spec)!;
    const step = (at: number) => [
      { of: 'observation', key: 'observation.state', width: 7, step: at },
      { of: 'observation', key: 'observation.images.top', width: 64, step: at },
      { of: 'observation', key: 'observation.images.front', width: 64, step: at },
      { of: 'observation', key: 'observation.images.wrist', width: 64, step: at },
      { of: 'observation', key: 'observation.environment_state', width: 4, step: at },
    ];
    expect(axis).toEqual({
      axis: 1,
      startsSilent: true,
      segments: [{ of: 'other', name: 'diffusion step', width: 16 }, ...step(0), ...step(1)],
    });
  });

  it('the action’s axes: read by the first block, written by the last convolution', () => {
    const spec = segments('state and environment');
    const action = [{ of: 'action', width: 7 }];
    const axes = spec.parameters.flatMap(({ key }) => {
      const axis = familyOfSpec(spec).axisOf(key, spec);
      return axis === undefined || key.includes('cond_encoder') ? [] : [[key, axis]];
    });
    expect(axes).toEqual([
      [
        'diffusion.unet.down_modules.0.0.conv1.block.0.weight',
        { axis: 1, segments: action, startsSilent: true },
      ],
      [
        'diffusion.unet.down_modules.0.0.residual_conv.weight',
        { axis: 1, segments: action, startsSilent: true },
      ],
      ['diffusion.unet.final_conv.1.weight', { axis: 0, segments: action, startsSilent: false }],
      ['diffusion.unet.final_conv.1.bias', { axis: 0, segments: action, startsSilent: false }],
    ]);
  });
});

it('a camera’s own encoder is the one with its number', () => {
  const spec = policySpec(named('two cameras, an encoder each'));
  const { placeOf, nameInKeys } = familyOfSpec(spec);
  expect(placeOf('diffusion.rgb_encoder.1.out.weight', spec)).toEqual({
    part: 'encoder',
    of: { name: 'observation.images.wrist', at: 22, written: '1' },
  });
  expect(nameInKeys?.('observation.images.wrist', spec)).toBe('1');
  const shared = policySpec(named('two cameras, one encoder'));
  expect(placeOf('diffusion.rgb_encoder.out.weight', shared)).toEqual({ part: 'encoder' });
});

it('the cells of the feature map as NumPy spaces them', () => {
  const spec = policySpec(named('one camera'));
  const entry = spec.parameters.find(({ key }) => key.endsWith('pos_grid'))!;
  const rule = familyOfSpec(spec).initialRule(entry, spec);
  const grid = rule.kind === 'computed' ? [...rule.values()] : [];
  expect(grid.slice(0, 10).map((value) => Number(value.toFixed(6)))).toEqual([
    -1, -1, -0.333333, -1, 0.333333, -1, 1, -1, -1, 0,
  ]);
});

it('what the encoder sees: resized first, then cropped by the ratio', () => {
  const camera = 'observation.images.front';
  expect(policySpec(named('crop')).cropShape).toEqual([84, 90]);
  const views = [{ key: camera, resized: [120, 161], size: [108, 144] }];
  expect(policySpec(named('resized and cropped')).views).toEqual(views);
});

it('the noise schedule, whose settings LeRobot gives directly', () => {
  const change = {
    noise_scheduler_type: 'DDIM',
    num_inference_steps: 10,
    prediction_type: 'sample',
    beta_end: 0.03,
  };
  const { scheduler, inferenceSteps } = policySpec(changed('one camera', change));
  const own = { sampler: 'ddim', trainTimesteps: 100, betaEnd: 0.03, predictionType: 'sample', clipRange: 1 };
  expect(scheduler).toMatchObject({ ...own, betaSchedule: 'squaredcos_cap_v2' });
  expect(inferenceSteps).toBe(10);
  expect(() => policySpec(changed('one camera', { num_inference_steps: 101 }))).toThrow(
    'num_inference_steps is 101',
  );
});

describe('refused by name', () => {
  const images = { 'observation.state': { type: 'STATE', shape: [7] } };
  it.each<[string, string, Record<string, Plain | undefined>, string]>([
    [
      'features that the data set gives',
      'one camera',
      { input_features: null },
      'input_features is missing or null',
    ],
    [
      'no image, no environment',
      'one camera',
      { input_features: images },
      'input_features has neither an image',
    ],
    [
      'no state',
      'one camera',
      { input_features: { 'observation.environment_state': { type: 'ENV', shape: [3] } } },
      'input_features has no observation.state of type STATE',
    ],
    ['no action', 'one camera', { output_features: {} }, 'output_features has no action (it has nothing)'],
    [
      'an action of another type',
      'one camera',
      { output_features: { action: { type: 'STATE', shape: [7] } } },
      'calls action a feature of type STATE',
    ],
    [
      'images as height, width, channels',
      'one camera',
      { input_features: { ...images, 'observation.image': { type: 'VISUAL', shape: [96, 96, 3] } } },
      'input_features.observation.image.shape.0 is 96, expected 3',
    ],
    [
      'images of two sizes',
      'one camera',
      {
        input_features: {
          ...images,
          a: { type: 'VISUAL', shape: [3, 96, 96] },
          b: { type: 'VISUAL', shape: [3, 96, 128] },
        },
      },
      'input_features.b.shape is [3, 96, 128], but a is [3, 96, 96]',
    ],
    [
      'a crop larger than the image',
      'one camera',
      { crop_shape: [97, 90] },
      'crop_shape is [97, 90], larger than',
    ],
    [
      'another network for images',
      'one camera',
      { vision_backbone: 'vit_b_16' },
      'vision_backbone is vit_b_16',
    ],
    [
      'GroupNorm with pretrained weights',
      'one camera',
      { pretrained_backbone_weights: 'ResNet18_Weights.IMAGENET1K_V1' },
      'while use_group_norm is true',
    ],
    [
      'BatchNorm over a single cell',
      'one camera',
      { use_group_norm: false, crop_shape: [32, 20] },
      'use_group_norm is false, but of images of [32, 20] a single cell is left',
    ],
    ['a default that changed', 'one camera', { use_group_norm: undefined }, 'use_group_norm is missing'],
    [
      'a horizon that LeRobot refuses',
      'one camera',
      { horizon: 12 },
      'horizon is 12, expected a multiple of 8',
    ],
    [
      'a schedule that diffusers does not have',
      'one camera',
      { beta_schedule: 'cosine' },
      'beta_schedule is "cosine"',
    ],
    [
      'a prediction that LeRobot does not know',
      'one camera',
      { prediction_type: 'v' },
      'prediction_type is "v"',
    ],
    [
      'a mode that LeRobot does not know',
      'one camera',
      { normalization_mapping: { ACTION: 'MAX' } },
      'ACTION is MAX, expected',
    ],
  ])('%s', (_, name, change, message) => {
    expect(() => policySpec(changed(name, change))).toThrow(message);
  });
});

it('where a switch of the images is missing, a policy without cameras does not need it', () => {
  const spec = policySpec(changed('state and environment', { use_group_norm: undefined }));
  expect(rowsOf(spec)).toEqual(rowsOf(policySpec(named('state and environment'))));
});
