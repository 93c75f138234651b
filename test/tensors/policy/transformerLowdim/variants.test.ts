/** Inpainting, the encoder-only transformer and the executed steps alone, against what upstream's class computes. */
// @module-tag engine
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import { observedSteps, trajectoryShape } from '../../../../engine/judge/policy/trajectory.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../../engine/tensors/policy/gradients.js';
import { Normalizer } from '../../../../engine/tensors/policy/normalizer.js';
import { Policy } from '../../../../engine/tensors/policy/policy.js';
import { fitLimits } from '../../../../engine/training/loop/normalizer.js';
import { inpaintingConfig, lowdimConfig } from '../configs.js';
import { l2, relativeError } from '../reference.js';
import { freshStore, sampled } from '../stores.js';

interface Computed {
  readonly keys: string[];
  /** The network's parameters as they are filled. */
  readonly order: string[];
  readonly loss: number;
  readonly gradNorm: Record<string, number>;
  readonly actionPred: number[];
  readonly action: number[];
}
const computed = JSON.parse(
  readFileSync(new URL('../../../fixtures/policy/lowdimVariants.json', import.meta.url), 'utf8'),
) as Record<string, Computed>;

const [ACTION, OBS, HORIZON, BATCH] = [2, 3, 6, 2];
const own = {
  horizon: HORIZON,
  n_action_steps: 3,
  obs_dim: OBS,
  action_dim: ACTION,
  num_inference_steps: 4,
  noise_scheduler: {
    _target_: 'diffusers.DDPMScheduler',
    num_train_timesteps: 20,
    beta_schedule: 'squaredcos_cap_v2',
  },
};
const model = { horizon: HORIZON, n_layer: 1, n_emb: 8 };
const inpainted = { ...model, input_dim: ACTION + OBS, output_dim: ACTION + OBS };
const conditioned = { ...model, input_dim: ACTION, output_dim: ACTION, cond_dim: OBS };
const only = { ...own, pred_action_steps_only: true };
const CONFIGS: Readonly<Record<string, PlainMap>> = {
  inpainting: inpaintingConfig(own, inpainted),
  encoderOnly: inpaintingConfig(own, { ...inpainted, time_as_cond: false }),
  actionStepsOnly: lowdimConfig(only, { ...conditioned, horizon: 3, n_cond_layers: 1 }),
  spareTokens: lowdimConfig(only, { ...conditioned, n_obs_steps: 4, causal_attn: false }),
};

/** As the fixture's script fills tensors. */
function formula(count: number, phase: number, size = 0.4): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => size * Math.sin(0.7 * index + phase));
}

function built(name: string): Policy {
  const spec = policySpec(CONFIGS[name]!);
  const params = freshStore(spec, 0);
  computed[name]!.order.forEach((key, phase) => {
    const { shape } = spec.parameters.find((entry) => entry.key === key)!;
    params.set(
      key,
      formula(
        shape.reduce((a, b) => a * b, 1),
        phase,
      ),
    );
  });
  const fields = new Map([
    ['obs', fitLimits(formula(9 * OBS, 1, 2), OBS)],
    ['action', fitLimits(formula(9 * ACTION, 2, 3), ACTION)],
  ]);
  return new Policy(spec, params, new Normalizer(fields));
}

describe.each(Object.entries(computed))('%s', (name, expected) => {
  let policy: Policy;
  let features: tf.Tensor2D;
  const noise = (draw: number): tf.Tensor3D => {
    const shape = trajectoryShape(policy.spec, BATCH);
    return tf.tensor3d(formula(shape[0] * shape[1] * shape[2], 11 + draw, 1), shape);
  };
  beforeAll(async () => {
    await openBackend({ request: 'auto' });
    policy = built(name);
    const steps = observedSteps(policy.spec);
    const obs = tf.tensor3d(formula(BATCH * HORIZON * OBS, 3, 2), [BATCH, HORIZON, OBS]);
    const seen = tf.slice(obs, [0, 0, 0], [BATCH, steps, OBS]).reshape<tf.Tensor2D>([-1, OBS]);
    features = policy.encode({ images: new Map(), lowDim: new Map([['obs', seen]]) });
  });

  it('has upstream’s keys', () =>
    expect(policy.spec.parameters.filter(({ kind }) => kind !== 'normalizer').map(({ key }) => key)).toEqual(
      expected.keys.filter((key) => !key.startsWith('normalizer.')),
    ));

  it('has its loss and the norm of every gradient (1e-3)', () => {
    const actions = tf.tensor3d(formula(BATCH * HORIZON * ACTION, 4, 3), [BATCH, HORIZON, ACTION]);
    const [drawn, timesteps] = [noise(0), tf.tensor1d([3, 17], 'int32')];
    const sum = new GradientSum(policy.params);
    const { loss } = sum.add({
      inputs: [actions, features, drawn, timesteps],
      draw: undrawn,
      loss: () => policy.loss(actions, features, { noise: drawn, timesteps }),
    });
    expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-4);
    expect(sum.refusal).toBeUndefined();
    expect([...sum.gradients.keys()].sort()).toEqual(Object.keys(expected.gradNorm).sort());
    for (const [key, gradient] of sum.gradients) {
      const norm = expected.gradNorm[key]!;
      expect(Math.abs(l2(gradient.dataSync()) - norm), key).toBeLessThan(1e-3 * Math.max(norm, 1e-3));
    }
  });

  it('samples its actions with its noise (1e-4)', () => {
    const found = sampled(policy, features, { noise, method: 'ddpm', steps: 4 });
    expect(relativeError(found.actionPred.dataSync(), expected.actionPred)).toBeLessThan(1e-4);
    expect(relativeError(found.action.dataSync(), expected.action)).toBeLessThan(1e-4);
  });
});
