/** The UNet of an adapted UMI policy predicts what the old one predicted, where each observation has steps of its own in the condition. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { Stream } from '../../engine/base/streams.js';
import type { UnetSpec } from '../../engine/judge/policy/conditionalUnet1d/shape.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import type { AxisSegment } from '../../engine/judge/policy/family.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { unet } from '../../engine/tensors/policy/conditionalUnet1d/unet.js';
import { umiConfig, umiObs } from '../tensors/policy/configs.js';
import { relativeError } from '../tensors/policy/reference.js';
import { freshStore } from '../tensors/policy/stores.js';
import { adaptedInMemory } from './inMemory.js';

const [BATCH, STEPS] = [2, 16];

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

const changed = (key: string, change: PlainMap): PlainMap => ({
  ...umiObs,
  [key]: { ...(umiObs[key] as PlainMap), ...change },
});
const unetOf = (config: PlainMap) => (policySpec(config) as UnetSpec).unet;
const random = (shape: number[], salt: number) =>
  tf.tensor(new Stream(11, 'noise', salt).normals(shape.reduce((a, b) => a * b)), shape);

/** By observation and step, where its values begin among the condition's. */
function places(segments: readonly AxisSegment[]): Map<string, { at: number; width: number }> {
  let at = 0;
  return new Map(
    segments.map((segment) => {
      const name = segment.of === 'observation' ? `${segment.key} ${segment.step}` : segment.of;
      const place = { at, width: segment.width };
      at += segment.width;
      return [name, place] as const;
    }),
  );
}

/** What the old policy is given of the new one's condition. */
function before(condition: tf.Tensor, now: PlainMap, old: PlainMap): tf.Tensor2D {
  const found = places(unetOf(now).globalCondition!);
  const parts = [...places(unetOf(old).globalCondition!)].map(([name, { width }]) =>
    tf.slice(condition, [0, found.get(name)!.at], [BATCH, width]),
  );
  return tf.concat(parts, 1) as tf.Tensor2D;
}

it.each<readonly [string, PlainMap, number]>([
  ['one more action', umiConfig({ action: 11 }), 11],
  ['a wider observation', umiConfig({ obs: changed('robot0_eef_pos', { shape: [5] }) }), 10],
  ['an observation seen for longer', umiConfig({ obs: changed('robot0_gripper_width', { horizon: 4 }) }), 10],
  ['a new observation', umiConfig({ obs: { ...umiObs, robot0_force: umiObs['robot0_eef_pos']! } }), 10],
])('%s: the old dimensions’ noise is the same to 1e-6', { timeout: 60_000 }, async (_, config, width) => {
  const old = umiConfig();
  const was = freshStore(policySpec(old), 5);
  const { params } = await adaptedInMemory(was, config);
  tf.tidy(() => {
    const condition = random(
      [BATCH, [...places(unetOf(config).globalCondition!)].reduce((sum, [, part]) => sum + part.width, 0)],
      1,
    ) as tf.Tensor2D;
    const noisy = random([BATCH, STEPS, width], 2) as tf.Tensor3D;
    const timesteps = tf.tensor1d([3, 40], 'int32');
    const kept = (x: tf.Tensor3D) => tf.slice(x, [0, 0, 0], [BATCH, STEPS, 10]);
    const now = unet(params, unetOf(config), { noisy, timesteps, globalCondition: condition });
    const expected = unet(was, unetOf(old), {
      noisy: kept(noisy),
      timesteps,
      globalCondition: before(condition, config, old),
    });
    expect(relativeError(kept(now).dataSync(), expected.dataSync())).toBeLessThan(1e-6);
  });
  was.dispose();
  params.dispose();
});
