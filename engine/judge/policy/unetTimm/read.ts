/** Reads the config of a UMI policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { widthOf } from '../conditionalUnet1d/shape.js';
import { booleanAt, mapAt, PolicyConfigError } from '../config.js';
import { inEncoderOrder } from '../multiImageEncoder.js';
import { derivedFieldsOf } from '../normalizer.js';
import { readActionDim } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { readPoses } from '../timmEncoder/poses.js';
import { readTimm, readTimmObservations } from '../timmEncoder/read.js';
import { timmSegments } from '../timmEncoder/shape.js';
import { HORIZON, readTimmSteps } from '../timmEncoder/steps.js';
import { policyParameters } from './keys.js';
import { ID, type UnetTimmSpec } from './spec.js';

/** Upstream's defaults where a key is absent. Throws `PolicyConfigError`. */
export function readUnetTimm(resolved: PlainMap): UnetTimmSpec {
  mapAt(resolved, ['policy']);
  requireGlobalCondition(resolved);
  const configured = readTimmObservations(resolved);
  const observations = inEncoderOrder(configured);
  const encoder = readTimm(resolved, configured);
  const actionDim = readActionDim(resolved);
  const steps = readTimmSteps(resolved, observations);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(steps.horizon, settings.downDims, HORIZON);
  const features = timmSegments(observations, encoder);
  const hyper: Hyper<UnetTimmSpec> = {
    family: ID,
    ...steps,
    actionDim,
    observations,
    obsFeatureDim: widthOf(features),
    normalizer: derivedFieldsOf(actionDim, configured),
    encoder,
    ...readPoses(resolved),
    unet: { ...settings, input: [{ of: 'action', width: actionDim }], globalCondition: features },
  };
  return { ...hyper, parameters: policyParameters(hyper, configured) };
}

/** Upstream asserts it. */
function requireGlobalCondition(resolved: PlainMap): void {
  const path = ['policy', 'obs_as_global_cond'];
  if (booleanAt(resolved, path, true)) return;
  throw new PolicyConfigError(
    path,
    'is false, and DiffusionUnetTimmPolicy ends with an AssertionError unless it is true',
  );
}
