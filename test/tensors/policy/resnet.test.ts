/** The ResNets compute what torchvision's do, with weights and images that are sines of their positions. */
// @module-tag engine
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import type { ParameterSpec } from '../../../engine/judge/policy/spec.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { encodeWithResnets } from '../../../engine/tensors/policy/multiImageEncoder.js';
import { unetImageConfig } from './configs.js';
import { l2, relativeError } from './reference.js';

interface Features {
  readonly norm: number;
  readonly first: readonly number[];
}
const expected: Readonly<Record<string, Features>> = JSON.parse(
  readFileSync(new URL('../../fixtures/families/unet-image/resnet-features.json', import.meta.url), 'utf8'),
);
beforeAll(() => openBackend({ request: 'auto' }));

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const sines = (shape: readonly number[], phase: number) =>
  Float32Array.from({ length: product(shape) }, (_, at) => Math.sin((at % 9973) + phase));

function filled({ shape, engineAxes }: ParameterSpec, phase: number): tf.Tensor {
  if (engineAxes === undefined)
    return tf.tensor1d(sines(shape, phase).map((value) => 0.1 * value + (phase % 2 === 0 ? 1 : 0)));
  const scale = Math.sqrt(4 / product(shape.slice(1)));
  const kernel = tf.tensor(
    sines(shape, phase).map((value) => value * scale),
    [...shape],
  );
  return tf.transpose(kernel, [...engineAxes]);
}

it.each(Object.entries(expected))('%s (1e-4)', (resnet, { norm, first }) => {
  const rgb_model = { _target_: 'lab.get_resnet', name: resnet };
  const { parameters } = policySpec(unetImageConfig({}, { rgb_model }));
  const own = parameters.filter(({ key }) => key.includes('.key_model_map.'));
  const found = tf.tidy(() => {
    const tensors = new Map(own.map((entry, phase) => [entry.key, filled(entry, phase)]));
    const images = tf.transpose(tf.tensor4d(sines([2, 3, 40, 56], 0), [2, 3, 40, 56]), [0, 2, 3, 1]);
    const params = { get: (key: string) => tensors.get(key)! };
    const encoder = { resnet, imagenetNorm: false, norm: 'GroupNorm', isShared: false } as const;
    const features = encodeWithResnets(params, new Map([['image', images as tf.Tensor4D]]), encoder);
    return features.get('image')!.arraySync();
  });
  expect(Math.abs(l2(Float32Array.from(found.flat())) - norm) / norm).toBeLessThan(1e-4);
  const begins = Float32Array.from(found.flatMap((row) => row.slice(0, 16)));
  expect(relativeError(begins, Float32Array.from(first))).toBeLessThan(1e-4);
});
