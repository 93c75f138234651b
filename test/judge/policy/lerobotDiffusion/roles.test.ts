/** What the keys of LeRobot's diffusion policy are told to be, for each policy that LeRobot was asked for. */
import { describe, expect, it } from 'vitest';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { variantsOf } from '../lerobot/listings.js';

const VARIANTS = variantsOf('diffusion', 'DiffusionPolicy');
const spec = (name: string) => policySpec(VARIANTS.find((variant) => variant.name === name)!.resolved);
const role = (name: string, key: string) => {
  const policy = spec(name);
  return familyOfSpec(policy).roleOf(key, policy)!;
};

describe.each(VARIANTS)('$name', ({ resolved }) => {
  const policy = policySpec(resolved);
  const { roleOf } = familyOfSpec(policy);

  it('every key has a role with as many dimensions as its shape, with and without facts', () => {
    for (const { key, shape } of policy.parameters)
      for (const facts of [policy, {}])
        expect([key, roleOf(key, facts)?.dimensions.length]).toEqual([key, shape.length]);
  });
});

it('the condition: what it is put together of, and the settings behind it', () => {
  const [, columns] = role(
    'three cameras and the environment',
    'diffusion.unet.mid_modules.0.cond_encoder.1.weight',
  ).dimensions;
  expect(columns!.parts).toBe(
    'diffusion step 16 + 2 × (observation.state 7 + observation.images.top 64 + observation.images.front 64 + observation.images.wrist 64 + observation.environment_state 4)',
  );
  expect(columns!.paths).toEqual([
    'policy.diffusion_step_embed_dim',
    'policy.n_obs_steps',
    'policy.input_features.observation.state.shape.0',
    'policy.input_features.observation.images.top.type',
    'policy.input_features.observation.images.front.type',
    'policy.input_features.observation.images.wrist.type',
    'policy.input_features.observation.environment_state.shape.0',
    'policy.spatial_softmax_num_keypoints',
  ]);
});

it.each<[string, string, string]>([
  [
    'one camera',
    'diffusion.unet.final_conv.1.bias',
    'bias of the output layer of the UNet: channels to prediction',
  ],
  [
    'one camera',
    'diffusion.rgb_encoder.backbone.1.weight',
    'scale of the GroupNorm after the first convolution of the image encoder (ResNet) of all cameras',
  ],
  [
    'BatchNorm, an encoder each',
    'diffusion.rgb_encoder.1.backbone.5.0.bn2.running_var',
    'running variance of the BatchNorm after convolution 2 in block 1 of stage 2 of the image encoder (ResNet) of observation.images.wrist',
  ],
  [
    'two cameras, an encoder each',
    'diffusion.rgb_encoder.0.out.bias',
    'bias of the linear layer at the end of the image encoder (ResNet) of observation.images.front',
  ],
])('%s: %s', (name, key, meaning) => expect(role(name, key).meaning).toContain(meaning));

it('the action’s dimension and the scale of a condition are set by LeRobot’s own settings', () => {
  const paths = (key: string) => role('one camera', key).dimensions.map((dimension) => dimension.paths);
  expect(paths('diffusion.unet.final_conv.1.bias')).toEqual([['policy.output_features.action.shape.0']]);
  expect(paths('diffusion.unet.mid_modules.0.cond_encoder.1.bias')).toEqual([
    ['policy.down_dims.2', 'policy.use_film_scale_modulation'],
  ]);
});
