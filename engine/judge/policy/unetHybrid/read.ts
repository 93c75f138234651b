/** Reads the config of a UNet hybrid policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { inpaintedTrajectory, observed } from '../conditionalUnet1d/observed.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { booleanAt, mapAt } from '../config.js';
import { fieldsOf } from '../normalizer.js';
import { featureSegments, featureWidths, readCrop, readEncoderNorm } from '../robomimicEncoder.js';
import { readActionDim, readObservations } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { policyParameters } from './keys.js';
import { ID, type UnetHybridSpec } from './spec.js';

/** Upstream's defaults where a key is absent. */
export function readUnetHybrid(resolved: PlainMap): UnetHybridSpec {
  const policy = mapAt(resolved, ['policy']);
  const observations = readObservations(resolved);
  const actionDim = readActionDim(resolved);
  const base = readBase(resolved);
  const obsAsGlobalCond = booleanAt(resolved, ['policy', 'obs_as_global_cond'], true);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(base.horizon, settings.downDims);
  const hyper: Hyper<UnetHybridSpec> = {
    family: ID,
    ...base,
    actionDim,
    observations,
    ...readCrop(resolved, policy.crop_shape, observations),
    obsFeatureDim: featureWidths(observations),
    normalizer: fieldsOf(actionDim, observations),
    encoderNorm: readEncoderNorm(resolved),
    obsAsGlobalCond,
    ...(obsAsGlobalCond ? {} : { trajectory: inpaintedTrajectory(base) }),
    unet: {
      ...settings,
      ...observed(actionDim, base.obsSteps, obsAsGlobalCond, (step) => featureSegments(observations, step)),
    },
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}
