/** Reads the config of a transformer hybrid policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { inpaintedTrajectory } from '../conditionalUnet1d/observed.js';
import { booleanAt, mapAt, PolicyConfigError } from '../config.js';
import { readTransformer } from '../diffusionTransformer/read.js';
import { lowdimTrajectory } from '../lowdim.js';
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

const OBS_AS_COND = ['policy', 'obs_as_cond'] as const;
const TIME_AS_COND = ['policy', 'time_as_cond'] as const;
const ACTION_STEPS_ONLY = ['policy', 'pred_action_steps_only'] as const;

/** Upstream's defaults where a key is absent. */
export function readTransformerHybrid(resolved: PlainMap): TransformerHybridSpec {
  const policy = mapAt(resolved, ['policy']);
  const observations = readObservations(resolved);
  const actionDim = readActionDim(resolved);
  const base = readBase(resolved);
  const obsFeatureDim = featureWidths(observations);
  const settings = readTransformer(resolved, ['policy'], DEFAULTS);
  const seen = readSeen(resolved);
  const hyper: Hyper<TransformerHybridSpec> = {
    family: ID,
    ...base,
    ...settings,
    trajectoryWidth: seen.isCondition ? actionDim : actionDim + obsFeatureDim,
    positions: base.horizon + (seen.isTimeCondition ? 0 : 1),
    condTokens: (seen.isTimeCondition ? 1 : 0) + (seen.isCondition ? base.obsSteps : 0),
    condWidth: seen.isCondition ? obsFeatureDim : 0,
    actionStepsOnly: seen.actionStepsOnly,
    ...trajectory(base, seen, settings.causalAttention),
    actionDim,
    observations,
    encoderNorm: readEncoderNorm(resolved),
    ...readCrop(resolved, policy.crop_shape, observations),
    obsFeatureDim,
    normalizer: fieldsOf(actionDim, observations),
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

interface Seen {
  /** The observations are a condition; else they are inpainted. */
  readonly isCondition: boolean;
  /** So is the diffusion step; else it is a token among the others, before an encoder alone. */
  readonly isTimeCondition: boolean;
  readonly actionStepsOnly: boolean;
}

/** Throws `PolicyConfigError` for what upstream's classes refuse or confuse. */
function readSeen(config: PlainMap): Seen {
  const seen: Seen = {
    isCondition: booleanAt(config, OBS_AS_COND, true),
    isTimeCondition: booleanAt(config, TIME_AS_COND, true),
    actionStepsOnly: booleanAt(config, ACTION_STEPS_ONLY, false),
  };
  const condition = OBS_AS_COND.join('.');
  if (seen.isCondition && !seen.isTimeCondition)
    throw new PolicyConfigError(
      TIME_AS_COND,
      `is false while the observations are a condition (${condition})`,
      'Without time_as_cond there is no condition.',
    );
  if (seen.actionStepsOnly && !seen.isCondition)
    throw new PolicyConfigError(
      ACTION_STEPS_ONLY,
      `is true while ${condition} is false`,
      `Set ${condition} to true, or predict the whole horizon.`,
    );
  return seen;
}

/** The whole horizon, the observations in it where they are not a condition, or the executed steps alone, which its causal masks do not fit. */
function trajectory(
  base: ReturnType<typeof readBase>,
  { isCondition, actionStepsOnly }: Seen,
  isCausal: boolean,
): Pick<TransformerHybridSpec, 'trajectory'> {
  if (!isCondition) return { trajectory: inpaintedTrajectory(base) };
  if (!actionStepsOnly) return {};
  if (isCausal && base.actionSteps !== base.horizon)
    throw new PolicyConfigError(
      ACTION_STEPS_ONLY,
      `is true with policy.causal_attn, whose masks fit the ${base.horizon} steps of the horizon and not the ${base.actionSteps} executed ones`,
      'Set policy.causal_attn to false, or predict the whole horizon.',
    );
  const predicted = { from: base.obsSteps - 1, isInpainted: false, actionStepsOnly };
  return { trajectory: lowdimTrajectory(base, predicted) };
}
