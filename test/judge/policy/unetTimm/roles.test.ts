/** What a UMI policy's condition is put together of, and by which settings. */
import { expect, it } from 'vitest';
import { configPathsOf, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { umiConfig, umiObs } from '../../../tensors/policy/configs.js';

const KEY = 'model.mid_modules.0.cond_encoder.1.weight';

it('names each observation with its steps, the width of the model and the embedding', () => {
  const spec = policySpec(umiConfig());
  expect(roleOf(KEY, spec)?.dimensions[1]?.parts).toBe(
    'diffusion step 16 + camera0_rgb 2 × 192 + robot0_eef_pos 2 × 3 + robot0_eef_rot_axis_angle 2 × 6 + robot0_gripper_width 2 × 1',
  );
  const paths = configPathsOf(KEY, spec);
  expect(paths).toContain('policy.shape_meta.obs.robot0_eef_pos.horizon');
  expect(paths).toContain('policy.obs_encoder.model_name');
});

it('of many observations the settings are told together', () => {
  const more = Object.fromEntries(Object.entries(umiObs).map(([key, value]) => [`${key}_1`, value]));
  const paths = configPathsOf(KEY, policySpec(umiConfig({ obs: { ...umiObs, ...more } })));
  expect(paths).toContain('policy.shape_meta.obs');
  expect(paths.length).toBeLessThan(8);
});
