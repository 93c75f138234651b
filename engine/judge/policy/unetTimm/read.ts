/** Reads the config of a UMI policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { MAX_STEPS } from '../baseSpec.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { widthOf } from '../conditionalUnet1d/shape.js';
import { booleanAt, countAt, mapAt, PolicyConfigError } from '../config.js';
import { inEncoderOrder } from '../multiImageEncoder.js';
import { derivedFieldsOf } from '../normalizer.js';
import { readSamplingSteps, readScheduler } from '../scheduler.js';
import { readActionDim } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { readPoses } from '../timmEncoder/poses.js';
import { readTimm, readTimmObservations } from '../timmEncoder/read.js';
import { timmSegments } from '../timmEncoder/shape.js';
import { policyParameters } from './keys.js';
import { ID, type UnetTimmSpec } from './spec.js';

const HORIZON = ['policy', 'shape_meta', 'action', 'horizon'] as const;

/** Upstream's defaults where a key is absent. Throws `PolicyConfigError`. */
export function readUnetTimm(resolved: PlainMap): UnetTimmSpec {
  mapAt(resolved, ['policy']);
  requireGlobalCondition(resolved);
  const configured = readTimmObservations(resolved);
  const observations = inEncoderOrder(configured);
  const encoder = readTimm(resolved, configured);
  const actionDim = readActionDim(resolved);
  const horizon = countAt(resolved, HORIZON, { least: 1, most: MAX_STEPS });
  const scheduler = readScheduler(resolved);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(horizon, settings.downDims, HORIZON);
  const features = timmSegments(observations, encoder);
  const hyper: Hyper<UnetTimmSpec> = {
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
