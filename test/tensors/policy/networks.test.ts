/** Which policies the builtin engine computes, and what it says of one that it only judges. */
// @module-tag engine
import { expect, test } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { networkOf } from '../../../engine/tensors/policy/networks.js';
import { TRANSFORMER_HYBRID_NETWORK } from '../../../engine/tensors/policy/transformerHybrid/network.js';
import { UNET_HYBRID_NETWORK } from '../../../engine/tensors/policy/unetHybrid/network.js';
import { UNET_IMAGE_NETWORK } from '../../../engine/tensors/policy/unetImage/network.js';
import { lerobotDiffusionConfig } from '../../judge/policy/lerobot/configs.js';
import { trainingConfig } from '../../training/loop/smallRun.js';
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

test('a LeRobot policy is refused with LeRobot as who trains it', () => {
  expect(() => networkOf(policySpec(lerobotDiffusionConfig()))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('does not compute a LeRobot diffusion policy; it computes Diffusion'),
      hint: expect.stringContaining('lerobot-train --policy.path=FOLDER'),
    }),
  );
});

test.each([unetHybridConfig, unetImageConfig])('inpainted observations are computed', (config) => {
  const inpainting = policySpec(config({ obs_as_global_cond: false }));
  expect(networkOf(inpainting)).toBeDefined();
});

test.each([{}, { crop_shape: null }, { resize_shape: [80, 80] }])(
  'cameras of several sizes are computed, whatever becomes of them: %j',
  (encoder) => {
    const shape_meta = shapeMeta({ wrist: image(3, 80, 80), front: image(3, 90, 160) }, 8);
    expect(networkOf(policySpec(unetImageConfig({ shape_meta }, encoder)))).toBe(UNET_IMAGE_NETWORK);
  },
);
