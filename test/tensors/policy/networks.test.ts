/** Which policies the builtin engine computes, and what it says of one that it only judges. */
// @module-tag engine
import { expect, test } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { networkOf } from '../../../engine/tensors/policy/networks.js';
import { TRANSFORMER_HYBRID_NETWORK } from '../../../engine/tensors/policy/transformerHybrid/network.js';
import { UNET_HYBRID_NETWORK } from '../../../engine/tensors/policy/unetHybrid/network.js';
import { UNET_IMAGE_NETWORK } from '../../../engine/tensors/policy/unetImage/network.js';
import { trainingConfig } from '../train/smallRun.js';
import { image, shapeMeta, unetHybridConfig, unetImageConfig } from './configs.js';

const spec = policySpec(trainingConfig());

test('a family finds its network', () => {
  expect(networkOf(spec)).toBe(TRANSFORMER_HYBRID_NETWORK);
});

test('a family that is only judged is refused with those that are computed and what trains it', () => {
  const unetsAlone = new Map([['unetHybrid', UNET_HYBRID_NETWORK]]);
  expect(() => networkOf(spec, unetsAlone)).toThrow(
    /does not compute a diffusion transformer policy; it computes DiffusionUnetHybridImagePolicy$/,
  );
});

test('a policy of which something is not computed is refused with the setting behind it', () => {
  const inpainting = policySpec(unetHybridConfig({ obs_as_global_cond: false }));
  expect(() => networkOf(inpainting)).toThrow(
    /diffusion UNet policy .* inpaints .*policy\.obs_as_global_cond False/,
  );
});

test.each([
  [{ obs_as_global_cond: false }, {}, 'policy.obs_as_global_cond False'],
  [{}, { resize_shape: [80, 80] }, 'policy.obs_encoder.resize_shape'],
  [
    { shape_meta: shapeMeta({ wrist: image(3, 60, 80), front: image(3, 90, 160) }, 8) },
    { crop_shape: null },
    'policy.obs_encoder.crop_shape',
  ],
])('of a UNet image policy: %j %j', (policy, encoder, setting) => {
  expect(() => networkOf(policySpec(unetImageConfig(policy, encoder)))).toThrow(setting);
});

test('cameras of several sizes that are cropped to one are computed', () => {
  const shape_meta = shapeMeta({ wrist: image(3, 80, 80), front: image(3, 90, 160) }, 8);
  expect(networkOf(policySpec(unetImageConfig({ shape_meta })))).toBe(UNET_IMAGE_NETWORK);
});
