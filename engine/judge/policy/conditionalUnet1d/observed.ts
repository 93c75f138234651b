/** The UNet's trajectory and condition where it sees encoded observations: joined for each step, in the order of their encoder. */
import type { AxisSegment } from '../family.js';
import type { PolicySpec, TrajectorySpec } from '../spec.js';
import type { UnetShape } from './shape.js';

/**
 * As a global condition each observed step has columns of its own, unless each is attended to by itself (`obsSteps` undefined); else the
 * observations are inpainted.
 */
export function observed(
  actionDim: number,
  obsSteps: number | undefined,
  asGlobalCond: boolean,
  features: (step?: number) => AxisSegment[],
): Pick<UnetShape, 'input' | 'globalCondition'> {
  const action: AxisSegment = { of: 'action', width: actionDim };
  if (!asGlobalCond) return { input: [action, ...features()] };
  if (obsSteps === undefined) return { input: [action], globalCondition: features() };
  const steps = Array.from({ length: obsSteps }, (_, step) => features(step));
  return { input: [action], globalCondition: steps.flat() };
}

/** The observations of the first steps are known in all steps of the denoising. */
export function inpaintedTrajectory({
  horizon,
  obsSteps,
}: Pick<PolicySpec, 'horizon' | 'obsSteps'>): TrajectorySpec {
  return { from: 0, steps: horizon, executedFrom: obsSteps - 1, inpaintedSteps: obsSteps };
}
