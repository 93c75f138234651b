/** Every key of iDP3's image policy has a role. */
import { expect, it } from 'vitest';
import { familyOfSpec, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { r3mConfig, VARIANTS } from './configs.js';

it.each(VARIANTS)('%s: with as many dimensions as its shape has', (variant) => {
  const spec = policySpec(r3mConfig(variant));
  for (const { key, shape } of spec.parameters)
    for (const role of [roleOf(key, spec), familyOfSpec(spec).roleOf(key, {})])
      expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
});

it('tells the condition by observations and steps, and a BatchNorm by its name', () => {
  const role = (variant: string, key: string) => roleOf(key, policySpec(r3mConfig(variant)))!;
  expect(role('two cameras', 'model.mid_modules.0.cond_encoder.1.weight').dimensions[1]!.parts).toBe(
    'diffusion step 8 + image 2 × 512 + wrist 2 × 512 + agent_pos 2 × 7',
  );
  expect(role('pretrained', 'obs_encoder.key_model_map.image.module.convnet.bn1.running_var').meaning).toBe(
    'running variance of the BatchNorm after the first convolution of R3M’s ResNet of image (measured in training, used in evaluation)',
  );
});
