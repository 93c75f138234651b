/** Reads the config of a policy of consistency-policy: a teacher, or the student that it teaches. */
import type { PlainMap } from '../../../base/plain.js';
import { readSteps } from '../baseSpec.js';
import { observed } from '../conditionalUnet1d/observed.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import type { UnetShape } from '../conditionalUnet1d/shape.js';
import { booleanAt, lastName, mapAt, PolicyConfigError, textAt } from '../config.js';
import { fieldsOf } from '../normalizer.js';
import { featureSegments, featureWidths, readCrop, readEncoderNorm } from '../robomimicEncoder.js';
import { readActionDim, readObservations } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { NOT_DIFFUSERS, readKarras } from './karras.js';
import { policyParameters } from './keys.js';
import { type ConsistencySpec, ID } from './spec.js';

export const TEACHER = 'KarrasUnetHybridImagePolicy';
export const STUDENT = 'CTMPPUnetHybridImagePolicy';

const GLOBAL = ['policy', 'obs_as_global_cond'] as const;

/** The project's defaults where a key is absent. */
export function readConsistency(resolved: PlainMap): ConsistencySpec {
  const policy = mapAt(resolved, ['policy']);
  const isStudent = lastName(textAt(resolved, ['policy', '_target_'])) === STUDENT;
  const karras = readKarras(resolved, isStudent ? 'CTM_Scheduler' : 'Karras_Scheduler');
  if (!booleanAt(resolved, GLOBAL, true))
    throw new PolicyConfigError(GLOBAL, 'is false, expected true: inpainted observations are not supported');
  const observations = readObservations(resolved);
  const actionDim = readActionDim(resolved);
  const steps = readSteps(resolved);
  const settings = readUnet(withEmbedding(resolved), ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(steps.horizon, settings.downDims);
  const seen = observed(actionDim, steps.obsSteps, true, (step) => featureSegments(observations, step));
  const teacher: UnetShape = { ...settings, ...seen };
  const hyper: Hyper<ConsistencySpec> = {
    family: ID,
    ...steps,
    ...{ inferenceSteps: 1, scheduler: NOT_DIFFUSERS, karras },
    actionDim,
    observations,
    ...readCrop(resolved, policy.crop_shape, observations),
    obsFeatureDim: featureWidths(observations),
    normalizer: fieldsOf(actionDim, observations),
    encoderNorm: readEncoderNorm(resolved),
    unet: isStudent ? withStopTime(teacher) : teacher,
    ...(isStudent && { teacher }),
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

/** Half as wide as upstream's where the config does not say. */
function withEmbedding(config: PlainMap): PlainMap {
  return { ...config, policy: { diffusion_step_embed_dim: 128, ...mapAt(config, ['policy']) } };
}

/** A student is told besides at which noise its jump ends, by the same embedding. */
function withStopTime(shape: UnetShape): UnetShape {
  const stop = { of: 'other', name: 'stop time', width: shape.stepEmbedding } as const;
  return { ...shape, globalCondition: [stop, ...(shape.globalCondition ?? [])] };
}
