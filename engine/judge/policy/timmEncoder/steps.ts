/** The steps of a UMI policy: its action has a horizon of its own, each observation too, and all predicted steps are handed out. */
import type { PlainMap } from '../../../base/plain.js';
import { MAX_STEPS } from '../baseSpec.js';
import { countAt } from '../config.js';
import { readSamplingSteps, readScheduler } from '../scheduler.js';
import type { PolicySpec } from '../spec.js';
import type { TimmObservation } from './shape.js';

export const HORIZON = ['policy', 'shape_meta', 'action', 'horizon'] as const;

type TimmSteps = Pick<
  PolicySpec,
  'horizon' | 'obsSteps' | 'actionSteps' | 'inferenceSteps' | 'scheduler' | 'trajectory' | 'cropShape'
>;

/** Throws `PolicyConfigError`. */
export function readTimmSteps(
  resolved: PlainMap,
  observations: readonly TimmObservation[],
): Required<TimmSteps> {
  const horizon = countAt(resolved, HORIZON, { least: 1, most: MAX_STEPS });
  const scheduler = readScheduler(resolved);
  return {
    horizon,
    obsSteps: Math.max(...observations.map(({ steps }) => steps)),
    actionSteps: horizon,
    inferenceSteps: readSamplingSteps(resolved, ['policy', 'num_inference_steps'], scheduler.trainTimesteps),
    scheduler,
    trajectory: { from: 0, steps: horizon, executedFrom: 0, inpaintedSteps: 0 },
    cropShape: [0, 0],
  };
}
