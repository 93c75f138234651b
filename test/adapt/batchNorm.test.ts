/** An adapted policy's encoders normalise by the statistics that the old one measured. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { networkOf } from '../../engine/tensors/policy/networks.js';
import { image, shapeMeta } from '../tensors/policy/configs.js';
import { variant } from '../tensors/policy/imageVariants.js';
import { observations, variantStore } from '../tensors/policy/variantPolicy.js';
import { adaptedInMemory } from './inMemory.js';

beforeAll(() => openBackend({ request: 'auto' }));

it('a shared ResNet sees what it saw, of a camera with another name and a new one too', async () => {
  const { resolved } = variant('shared');
  const before = await variantStore(policySpec(resolved));
  const cameras = { left: image(3, 40, 56), right: image(3, 40, 56), wrist: image(3, 40, 56) };
  const shape_meta = shapeMeta({ ...cameras, pose: { shape: [4], type: 'low_dim' } }, 3);
  const old = resolved['policy'] as PlainMap;
  const encoder = { ...(old['obs_encoder'] as PlainMap), shape_meta };
  const config = { ...resolved, policy: { ...old, shape_meta, obs_encoder: encoder } };
  const { params } = await adaptedInMemory(before, config, { rename: new Map([['front', 'left']]) });
  const { images } = observations(before.spec, false);
  const [front, wrist] = ['front', 'wrist'].map((key) => tf.div<tf.Tensor4D>(images.get(key)!, 255));
  const was = networkOf(before.spec).encodeImages!(
    before,
    new Map([
      ['front', front!],
      ['wrist', wrist!],
    ]),
  );
  const views = new Map([
    ['left', front!],
    ['right', wrist!],
    ['wrist', wrist!],
  ]);
  const is = networkOf(params.spec).encodeImages!(params, views);
  const differ = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
  expect(differ(was.get('front')!, was.get('wrist')!)).toBeGreaterThan(1e-2);
  expect(differ(is.get('left')!, was.get('front')!)).toBeLessThan(1e-6);
  for (const name of ['right', 'wrist']) expect(differ(is.get(name)!, was.get('wrist')!)).toBeLessThan(1e-6);
});
