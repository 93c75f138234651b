/** Reads the config of a UMI policy with a transformer: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { mapAt } from '../config.js';
import { readTransformer } from '../diffusionTransformer/read.js';
import { derivedFieldsOf } from '../normalizer.js';
import { readActionDim } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { readPoses } from '../timmEncoder/poses.js';
import { readTimmObservations } from '../timmEncoder/read.js';
import { readTimmSteps } from '../timmEncoder/steps.js';
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
  const steps = readTimmSteps(resolved, observations);
  const settings = readTransformer(resolved, ['policy'], DEFAULTS);
  const seen = readEncoder(resolved, observations, settings.embedding);
  const hyper: Hyper<TransformerTimmSpec> = {
    family: ID,
    ...steps,
    actionDim,
    observations,
    obsFeatureDim: settings.embedding,
    normalizer: derivedFieldsOf(actionDim, observations),
    ...settings,
    ...seen,
    trajectoryWidth: actionDim,
    positions: steps.horizon,
    condTokens: seen.tokens.reduce((sum, { width }) => sum + width, 0),
    condWidth: settings.embedding,
    ...readPoses(resolved),
  };
  return { ...hyper, parameters: policyParameters(hyper, observations) };
}
