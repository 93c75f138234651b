/** Reads the config of a transformer hybrid policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { booleanAt, mapAt, optional, PolicyConfigError } from '../config.js';
import { readTransformer } from '../diffusionTransformer/read.js';
import { fieldsOf } from '../normalizer.js';
import { featureWidths, readCrop, readEncoderNorm } from '../robomimicEncoder.js';
import { readActionDim, readObservations } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { policyParameters } from './keys.js';
import { ID, type TransformerHybridSpec } from './spec.js';

/** Of the policy's constructor. */
const DEFAULTS = {
  layers: 8,
  heads: 4,
  embedding: 256,
  dropEmbedding: 0,
  dropAttention: 0.3,
  causalAttention: true,
} as const;

/** Upstream's defaults where a key is absent. */
export function readTransformerHybrid(resolved: PlainMap): TransformerHybridSpec {
  const policy = mapAt(resolved, ['policy']);
  refuseUnsupported(resolved);
  const observations = readObservations(resolved);
  const actionDim = readActionDim(resolved);
  const base = readBase(resolved);
  const obsFeatureDim = featureWidths(observations);
  const hyper: Hyper<TransformerHybridSpec> = {
    family: ID,
    ...base,
    ...readTransformer(resolved, ['policy'], DEFAULTS),
    trajectoryWidth: actionDim,
    positions: base.horizon,
    condTokens: 1 + base.obsSteps,
    condWidth: obsFeatureDim,
    actionDim,
    observations,
    encoderNorm: readEncoderNorm(resolved),
    ...readCrop(resolved, policy.crop_shape, observations),
    obsFeatureDim,
    normalizer: fieldsOf(actionDim, observations),
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

/** Switches of upstream's policy that lead to another network than the one that is described here. */
function refuseUnsupported(config: PlainMap): void {
  const needed: readonly (readonly [string, boolean, boolean, string])[] = [
    ['obs_as_cond', true, true, 'inpainting of observations is not supported'],
    ['time_as_cond', true, true, 'the encoder-only transformer is not supported'],
    ['pred_action_steps_only', false, false, 'predicting the executed steps only is not supported'],
  ];
  for (const [name, expected, otherwise, reason] of needed) {
    const found = booleanAt(config, ['policy', name], otherwise);
    if (found !== expected) {
      const absent = optional(config, ['policy', name]) === undefined ? ' (absent, upstream’s default)' : '';
      throw new PolicyConfigError(['policy', name], `is ${found}${absent}, expected ${expected}: ${reason}`);
    }
  }
}
