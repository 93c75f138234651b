/** From any dimensions to any others, in any order, for every family: with shared noise what is kept predicts what it predicted. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Stream } from '../../engine/base/streams.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import type { PolicySpec } from '../../engine/judge/policy/spec.js';
import { observedSteps, trajectoryOf } from '../../engine/judge/policy/trajectory.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { networkOf } from '../../engine/tensors/policy/networks.js';
import type { ParameterStore } from '../../engine/tensors/policy/parameters.js';
import { unetLocalConfig } from '../tensors/policy/configs.js';
import { relativeError } from '../tensors/policy/reference.js';
import { freshStore } from '../tensors/policy/stores.js';
import { ANY_SIZES, type From, lowdim, mapOf, mapping, type Of } from './anySizes.js';
import { adaptedInMemory } from './inMemory.js';

const BATCH = 2;

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

describe.each(ANY_SIZES)('%s', (_name, of) => {
  it.each([
    ['what is new says nothing yet', false],
    ['what is dropped counts as 0', true],
  ] as const)('%s', { timeout: 60_000 }, async (_what, narrow) => {
    await fc.assert(
      fc.asyncProperty(mapping(narrow), mapping(narrow), fc.nat({ max: 999 }), async (action, seen, salt) => {
        const before = freshStore(policySpec(of(action.old, seen.old)), 5);
        const { params } = await adaptedInMemory(before, of(action.from.length, seen.from.length), {
          map: mapOf(action.from, seen.from),
          allowDrop: narrow,
        });
        expectSame(before, params, { action: action.from, seen: seen.from }, salt);
        before.dispose();
        params.dispose();
      }),
      { seed: 20, numRuns: 4 },
    );
  });
});

describe('a shortcut that was an identity', () => {
  const of: Of = lowdim(unetLocalConfig, (actions, seen) => ({
    ...{ down_dims: [8, 16], n_groups: 4 },
    ...{ input_dim: actions, local_cond_dim: seen },
  }));
  const order = [3, null, 0, 1, 2, 7, 6, 5, 4];

  it('goes on as a convolution, in the order of the map', async () => {
    const before = freshStore(policySpec(of(8, 8)), 5);
    const { params, keys } = await adaptedInMemory(before, of(9, 9), { map: mapOf(order, order) });
    const fates = keys.filter(({ key }) => key.endsWith('residual_conv.weight')).map(({ fate }) => fate);
    expect(fates.filter((fate) => fate === 'initialised')).toHaveLength(3);
    expectSame(before, params, { action: order, seen: order }, 1);
  });

  it('and stays one cannot be in another order: a loss', async () => {
    const before = freshStore(policySpec(of(8, 8)), 5);
    const swapped = { map: mapOf([1, 0, 2, 3, 4, 5, 6, 7], [...Array(8).keys()]) };
    await expect(adaptedInMemory(before, of(8, 8), swapped)).rejects.toThrow(
      /down_modules\.0\.0\.residual_conv\.weight: there is no such layer in either policy.* entries 0–1 of it/,
    );
  });
});

interface Both {
  readonly action: From;
  readonly seen: From;
}

function expectSame(
  before: ParameterStore,
  after: ParameterStore,
  { action, seen }: Both,
  salt: number,
): void {
  tf.tidy(() => {
    const [was, is] = [before.spec, after.spec];
    const steps = trajectoryOf(is).steps;
    const isInpainted = trajectoryOf(is).inpaintedSteps > 0;
    const beside = is.obsFeatureDim - seen.length;
    const features = shifted(seen, beside);
    const trajectory = isInpainted
      ? [...action, ...features.map((at) => (at === null ? null : at + was.actionDim))]
      : action;
    const noisy = random([BATCH, steps, trajectory.length], salt);
    const observed = random([BATCH * observedSteps(is), 1, features.length], salt + 1);
    const timesteps = tf.tensor1d([3, 77], 'int32');
    const conditions = (spec: PolicySpec, x: tf.Tensor3D) => x.reshape<tf.Tensor2D>([-1, spec.obsFeatureDim]);
    const now = networkOf(is).predict(after, { noisy, timesteps, features: conditions(is, observed) });
    const old = networkOf(was).predict(before, {
      noisy: brought(noisy, trajectory, was.actionDim + (isInpainted ? was.obsFeatureDim : 0)),
      timesteps,
      features: conditions(was, brought(observed, features, was.obsFeatureDim)),
    });
    const kept = trajectory.flatMap((from, to) => (from === null ? [] : [[from, to] as const]));
    const pick = (x: tf.Tensor3D, at: readonly number[]) =>
      tf.gather(x, tf.tensor1d([...at], 'int32'), 2).dataSync();
    const found = pick(
      now,
      kept.map(([, to]) => to),
    );
    const expected = pick(
      old,
      kept.map(([from]) => from),
    );
    // Sums in another order round otherwise: up to 1.2e-6 of the largest value with UNets.
    const isInOrder = [trajectory, features].every(keepsOrder);
    expect(relativeError(found, expected)).toBeLessThan(isInOrder ? 1e-6 : 2e-6);
  });
}

function keepsOrder(from: From): boolean {
  const kept = from.filter((at) => at !== null);
  return kept.every((at, index) => index === 0 || at > kept[index - 1]!);
}

/** The other observation stands in front, and stays. */
function shifted(seen: From, beside: number): From {
  return [...Array(beside).keys(), ...seen.map((at) => (at === null ? null : at + beside))];
}

/** What the old policy is given: zero where an entry was dropped. */
function brought(x: tf.Tensor3D, from: From, width: number): tf.Tensor3D {
  const zero = tf.zeros([x.shape[0], x.shape[1], 1]);
  const columns = Array.from({ length: width }, (_, at) => {
    const to = from.indexOf(at);
    return to < 0 ? zero : tf.slice(x, [0, 0, to], [x.shape[0], x.shape[1], 1]);
  });
  return tf.concat(columns, 2) as tf.Tensor3D;
}

function random(shape: [number, number, number], salt: number): tf.Tensor3D {
  return tf.tensor3d(new Stream(11, 'noise', salt).normals(shape[0] * shape[1] * shape[2]), shape);
}
