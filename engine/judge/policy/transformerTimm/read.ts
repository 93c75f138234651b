/** Reads the config of a UMI policy with a transformer: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { MAX_STEPS } from '../baseSpec.js';
import { countAt, mapAt } from '../config.js';
import { readTransformer } from '../diffusionTransformer/read.js';
import { derivedFieldsOf } from '../normalizer.js';
import { readSamplingSteps, readScheduler } from '../scheduler.js';
import { readActionDim } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { readPoses } from '../timmEncoder/poses.js';
import { readTimmObservations } from '../timmEncoder/read.js';
import { readEncoder } from './encoder.js';
import { policyParameters } from './keys.js';
import { ID, type TransformerTimmSpec } from './spec.js';

/** Of the policy's constructor. */
const DEFAULTS = {
  ...{ layers: 7, heads: 8, embedding: 768, dropEmbedding: 0, dropAttention: 0.1 },
  causalAttention: false,
} as const;

/** Upstream's defaults where a key is absent. Throws `PolicyConfigError`. */
export function readTransformerTimm(resolved: PlainMap): TransformerTimmSpec {
  mapAt(resolved, ['policy']);
  const observations = readTimmObservations(resolved);
  const actionDim = readActionDim(resolved);
  const horizon = countAt(resolved, ['policy', 'shape_meta', 'action', 'horizon'], {
    least: 1,
    most: MAX_STEPS,
  });
  const scheduler = readScheduler(resolved);
  const settings = readTransformer(resolved, ['policy'], DEFAULTS);
  const seen = readEncoder(resolved, observations, settings.embedding);
  const hyper: Hyper<TransformerTimmSpec> = {
    family: ID,
    horizon,
    obsSteps: Math.max(...observations.map(({ steps }) => steps)),
    actionSteps: horizon, // the policy hands all of them out
    inferenceSteps: readSamplingSteps(resolved, ['policy', 'num_inference_steps'], scheduler.trainTimesteps),
    scheduler,
    trajectory: { from: 0, steps: horizon, executedFrom: 0, inpaintedSteps: 0 },
    actionDim,
    observations,
    cropShape: [0, 0],
    obsFeatureDim: settings.embedding,
    normalizer: derivedFieldsOf(actionDim, observations),
    ...settings,
    ...seen,
    trajectoryWidth: actionDim,
    positions: horizon,
    condTokens: seen.tokens.reduce((sum, { width }) => sum + width, 0),
    condWidth: settings.embedding,
    ...readPoses(resolved),
  };
  return { ...hyper, parameters: policyParameters(hyper, observations) };
}
