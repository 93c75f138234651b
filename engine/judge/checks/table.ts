/** The table of checks. Each check looks at one thing; one that throws loses only its own findings. */

import type { Check } from './check.js';
import { actionDimension } from './rules/actionDimension.js';
import { argumentsTaken } from './rules/arguments.js';
import { composition } from './rules/composition.js';
import { dataSet } from './rules/dataSet.js';
import { dataSetNotFinite } from './rules/dataSetNotFinite.js';
import { dimensionNames } from './rules/dimensionNames.js';
import { emaBatchNorm } from './rules/emaBatchNorm.js';
import { epochs } from './rules/epochs.js';
import { hardCodedWeights } from './rules/hardCodedWeights.js';
import { headsDoNotDivide } from './rules/headsDoNotDivide.js';
import { monitorNeverLogged } from './rules/monitorNeverLogged.js';
import { monitorTrainLoss } from './rules/monitorTrainLoss.js';
import { observationSteps } from './rules/observationSteps.js';
import { observationArrays } from './rules/observations.js';
import { policyArithmetic } from './rules/policyArithmetic.js';
import { policyUnknown } from './rules/policyUnknown.js';
import { pretrainedCheckpoint, pretrainedIgnored } from './rules/pretrained.js';
import { recordedGripper } from './rules/recordedGripper.js';
import { resumeWins } from './rules/resumeWins.js';
import { rotationForms } from './rules/rotationForms.js';
import { schedulerArguments } from './rules/schedulerArguments.js';
import { selfMissing } from './rules/selfMissing.js';
import { shapeMetaCopies } from './rules/shapeMetaCopies.js';
import { targetMissing } from './rules/targetMissing.js';
import { trainingArithmetic } from './rules/trainingArithmetic.js';
import { unknownKey } from './rules/unknownKey.js';
import { valueShadowed } from './rules/valueShadowed.js';
import { yaml11 } from './rules/yaml11.js';

export const CHECKS: readonly Check[] = [
  composition,
  selfMissing,
  dataSet,
  actionDimension,
  dimensionNames,
  observationArrays,
  rotationForms,
  dataSetNotFinite,
  recordedGripper,
  pretrainedCheckpoint,
  pretrainedIgnored,
  hardCodedWeights,
  resumeWins,
  headsDoNotDivide,
  yaml11,
  valueShadowed,
  shapeMetaCopies,
  unknownKey,
  targetMissing,
  argumentsTaken,
  schedulerArguments,
  epochs,
  trainingArithmetic,
  policyArithmetic,
  policyUnknown,
  monitorTrainLoss,
  monitorNeverLogged,
  observationSteps,
  emaBatchNorm,
];
