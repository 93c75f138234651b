/** The table of checks. A check looks at one thing; one that throws costs only its own findings. */
import { actionDimension } from './actionDimension.js';
import { argumentsTaken } from './arguments.js';
import type { CheckCode } from './codes.js';
import { composition } from './composition.js';
import type { CheckContext } from './context.js';
import { dataSet } from './dataSet.js';
import { dataSetNotFinite } from './dataSetNotFinite.js';
import { epochs } from './epochs.js';
import type { Finding } from './finding.js';
import { hardCodedWeights } from './hardCodedWeights.js';
import { headsDoNotDivide } from './headsDoNotDivide.js';
import { monitorNeverLogged } from './monitorNeverLogged.js';
import { monitorTrainLoss } from './monitorTrainLoss.js';
import { observationArrays } from './observations.js';
import { policyArithmetic } from './policyArithmetic.js';
import { policyUnknown } from './policyUnknown.js';
import { pretrainedCheckpoint, pretrainedIgnored } from './pretrained.js';
import { recordedGripper } from './recordedGripper.js';
import { resumeWins } from './resumeWins.js';
import { selfMissing } from './selfMissing.js';
import { shapeMetaCopies } from './shapeMetaCopies.js';
import { targetMissing } from './targetMissing.js';
import { trainingArithmetic } from './trainingArithmetic.js';
import { unknownKey } from './unknownKey.js';
import { valueShadowed } from './valueShadowed.js';
import { yaml11 } from './yaml11.js';

export interface Check {
  readonly codes: readonly CheckCode[];
  run(context: CheckContext): readonly Finding[] | Promise<readonly Finding[]>;
}

export const CHECKS: readonly Check[] = [
  composition,
  selfMissing,
  dataSet,
  actionDimension,
  observationArrays,
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
  epochs,
  trainingArithmetic,
  policyArithmetic,
  policyUnknown,
  monitorTrainLoss,
  monitorNeverLogged,
];
