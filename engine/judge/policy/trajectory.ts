/** The trajectory of a policy: what is noised and denoised, and which part of it a robot executes. */
import type { PolicySpec, TrajectorySpec } from './spec.js';

type Steps = Pick<PolicySpec, 'horizon' | 'obsSteps' | 'trajectory'>;

/** Usually the actions of the whole horizon, executed from the last observed step on. */
export function trajectoryOf({ horizon, obsSteps, trajectory }: Steps): TrajectorySpec {
  return trajectory ?? { from: 0, steps: horizon, executedFrom: obsSteps - 1, inpaintedSteps: 0 };
}

/** Where the horizon ends before the last of the action steps, upstream returns only those that it has. */
export function executedSteps(spec: Steps & Pick<PolicySpec, 'actionSteps'>): number {
  const { steps, executedFrom } = trajectoryOf(spec);
  return Math.max(0, Math.min(spec.actionSteps, steps - executedFrom));
}

/** Values of one step of the trajectory. */
export function trajectoryWidth(spec: Steps & Pick<PolicySpec, 'actionDim' | 'obsFeatureDim'>): number {
  return spec.actionDim + (trajectoryOf(spec).inpaintedSteps > 0 ? spec.obsFeatureDim : 0);
}

/** Steps of a window whose observations the loss needs: where they are a part of the trajectory, those of all its steps. */
export function observedSteps(spec: Steps): number {
  const { inpaintedSteps, steps } = trajectoryOf(spec);
  return inpaintedSteps > 0 ? Math.max(steps, spec.obsSteps) : spec.obsSteps;
}

/** Of `batch` trajectories, (B,T,W). */
export function trajectoryShape(
  spec: Steps & Pick<PolicySpec, 'actionDim' | 'obsFeatureDim'>,
  batch: number,
): [number, number, number] {
  return [batch, trajectoryOf(spec).steps, trajectoryWidth(spec)];
}
