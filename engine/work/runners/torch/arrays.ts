/** Batches, draws, weights and specs as a Python process takes them; `regrip_torch/batch.py` and `recipes.py` are the other end. */
import { familyOfSpec } from '../../../judge/policy/families.js';
import type { PolicySpec } from '../../../judge/policy/spec.js';
import { observedSteps, trajectoryOf, trajectoryShape } from '../../../judge/policy/trajectory.js';
import { alphasCumprod } from '../../../training/diffusion/noiseSchedule.js';
import { type Batch, type Crop, cropOf } from '../../../training/loop/batches.js';
import type { LossDraws, TrainDraws } from '../../../training/loop/compute.js';
import { normalizerEntries } from '../../../training/loop/normalizer.js';
import type { PolicyWeights, Values } from '../../../training/loop/weights.js';
import type { Arrays, SentArray } from './frames.js';

export function specArguments(spec: PolicySpec): Record<string, unknown> {
  const { from, steps, inpaintedSteps } = trajectoryOf(spec);
  return {
    family: spec.family,
    observations: spec.observations,
    action_dim: spec.actionDim,
    obs_steps: spec.obsSteps,
    observed_steps: observedSteps(spec),
    obs_feature_dim: spec.obsFeatureDim,
    trajectory: { start: from, steps, inpainted_steps: inpaintedSteps },
    prediction_type: spec.scheduler.predictionType,
    learns_by_inpainting: familyOfSpec(spec).learnsByInpainting === true,
    alphas_cumprod: [...alphasCumprod(spec.scheduler)],
  };
}

export function batchArrays(spec: PolicySpec, batch: Batch): Arrays {
  const rows = batch.size * observedSteps(spec);
  const actions = { values: batch.actions, shape: [batch.size, spec.horizon, spec.actionDim] };
  const arrays: Record<string, SentArray> = { actions };
  for (const [key, values] of batch.lowDim)
    arrays[`low_dim.${key}`] = { values, shape: [rows, values.length / rows] };
  const { vision } = batch;
  if (vision.kind === 'features') {
    for (const [key, values] of vision.features)
      arrays[`features.${key}`] = { values, shape: [rows, values.length / rows] };
    return arrays;
  }
  for (const [key, values] of vision.frames) {
    arrays[`frames.${key}`] = framesArray(spec, key, values);
    Object.assign(arrays, cropArrays(key, cropOf(vision.crops, key)));
  }
  return arrays;
}

/** (n,H,W,C) */
export function framesArray({ observations }: PolicySpec, camera: string, values: Uint8Array): SentArray {
  const [channels, height, width] = observations.find(({ key }) => key === camera)!.shape as [
    number,
    number,
    number,
  ];
  return { values, shape: [values.length / (channels * height * width), height, width, channels] };
}

/** Under a name of its own; the centre needs none. */
export function cropArrays(name: string, crop: Crop): Arrays {
  if (crop.kind === 'center') return {};
  const one = (values: Int32Array): SentArray => ({ values, shape: [values.length] });
  return { [`top.${name}`]: one(crop.top), [`left.${name}`]: one(crop.left) };
}

export function drawArrays(spec: PolicySpec, draws: LossDraws & Partial<TrainDraws>): Arrays {
  const { noise, timesteps, weights } = draws;
  const count = timesteps.length;
  return {
    noise: { values: noise, shape: trajectoryShape(spec, count) },
    timesteps: { values: timesteps, shape: [count] },
    ...(weights !== undefined && { weights: { values: weights, shape: [count] } }),
  };
}

/** Every key of the state dict, the normaliser's too. */
export function modelArrays(spec: PolicySpec, { values, normalizer }: PolicyWeights): Arrays {
  const fitted = normalizerEntries(normalizer);
  const entries = spec.parameters.map(({ key, alias, shape, kind }): [string, SentArray] => {
    const found = kind === 'normalizer' ? fitted.get(key)! : values.get(alias ?? key)!;
    return [`model.${key}`, { values: found, shape }];
  });
  return Object.fromEntries(entries);
}

/** `values` by canonical key. */
export function valueArrays({ parameters }: PolicySpec, prefix: string, values: Values): Arrays {
  const shapes = new Map(parameters.map(({ key, shape }) => [key, shape]));
  const entries = [...values].map(([key, own]): [string, SentArray] => [
    `${prefix}.${key}`,
    { values: own, shape: shapes.get(key)! },
  ]);
  return Object.fromEntries(entries);
}
