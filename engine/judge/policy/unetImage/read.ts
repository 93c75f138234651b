/** Reads the config of a UNet image policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { inpaintedTrajectory, observed } from '../conditionalUnet1d/observed.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { widthOf } from '../conditionalUnet1d/shape.js';
import { booleanAt, mapAt } from '../config.js';
import { imageSegments, inEncoderOrder } from '../multiImageEncoder.js';
import { readMultiImage } from '../multiImageRead.js';
import { fieldsOf } from '../normalizer.js';
import { readActionDim, readObservations } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { seenIn } from '../view.js';
import { policyParameters } from './keys.js';
import { ID, type UnetImageSpec } from './spec.js';

/** Upstream's defaults where a key is absent. */
export function readUnetImage(resolved: PlainMap): UnetImageSpec {
  mapAt(resolved, ['policy']);
  const configured = readObservations(resolved);
  const observations = inEncoderOrder(configured);
  const { encoder, views } = readMultiImage(resolved, observations);
  const actionDim = readActionDim(resolved);
  const base = readBase(resolved);
  const obsAsGlobalCond = booleanAt(resolved, ['policy', 'obs_as_global_cond'], true);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(base.horizon, settings.downDims);
  const features = (step?: number) => imageSegments(observations, encoder, step);
  const hyper: Hyper<UnetImageSpec> = {
    family: ID,
    ...base,
    actionDim,
    observations,
    ...seenIn(views),
    obsFeatureDim: widthOf(features()),
    normalizer: fieldsOf(actionDim, configured),
    obsAsGlobalCond,
    ...(obsAsGlobalCond ? {} : { trajectory: inpaintedTrajectory(base) }),
    encoder,
    unet: { ...settings, ...observed(actionDim, base.obsSteps, obsAsGlobalCond, features) },
  };
  return { ...hyper, parameters: policyParameters(hyper, configured) };
}
