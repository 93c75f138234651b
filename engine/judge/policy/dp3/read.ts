/** Reads the config of a DP3 policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { layersOf, readConditionType } from '../conditionalUnet1d/conditionTypes.js';
import { inpaintedTrajectory, observed } from '../conditionalUnet1d/observed.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import { widthOf } from '../conditionalUnet1d/shape.js';
import { booleanAt, lastName, mapAt, textAt } from '../config.js';
import { readActionDim } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { COLUMNS, fieldsOf } from './dataSets.js';
import { cloudSegments } from './encoder.js';
import { readEncoder } from './encoderRead.js';
import { policyParameters } from './keys.js';
import { CLASSES, type ConditionSettings, type Dp3Class, type Dp3Spec, ID } from './spec.js';

/** Upstream's defaults where a key is absent. */
export function readDp3(resolved: PlainMap): Dp3Spec {
  mapAt(resolved, ['policy']);
  const name = lastName(textAt(resolved, ['policy', '_target_']));
  const policyClass: Dp3Class = CLASSES.find((each) => each === name) ?? CLASSES[0];
  const { encoder, observations } = readEncoder(resolved, policyClass);
  const actionDim = readActionDim(resolved);
  const base = readBase(resolved);
  const obsAsGlobalCond = booleanAt(resolved, ['policy', 'obs_as_global_cond'], true);
  const settings = readUnet(resolved, ['policy'], { kernelSize: 5, predictScale: true });
  requireWholeSteps(base.horizon, settings.downDims);
  const condition = readCondition(resolved, policyClass);
  const layers = layersOf(condition.type);
  const steps = layers.conditionedBy === 'attention' ? undefined : base.obsSteps;
  const features = (step?: number) => cloudSegments(encoder, step);
  const hyper: Hyper<Dp3Spec> = {
    family: ID,
    ...base,
    policyClass,
    actionDim,
    observations,
    cropShape: [0, 0],
    obsFeatureDim: widthOf(features()),
    normalizer: fieldsOf(resolved, actionDim, observations),
    normalizerBy: 'data set',
    columns: COLUMNS,
    obsAsGlobalCond,
    ...(obsAsGlobalCond ? {} : { trajectory: inpaintedTrajectory(base) }),
    encoder,
    condition,
    unet: {
      ...settings,
      ...layers,
      ...(policyClass === 'SimpleDP3' && { hasSingleBlocks: true }),
      ...observed(actionDim, steps, obsAsGlobalCond, features),
    },
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

function readCondition(config: PlainMap, policyClass: Dp3Class): ConditionSettings {
  const type = readConditionType(config, policyClass !== 'SimpleDP3');
  const isUsed = (part: string) => booleanAt(config, ['policy', `use_${part}_condition`], true);
  return { type, inDown: isUsed('down'), inMiddle: isUsed('mid'), inUp: isUsed('up') };
}
