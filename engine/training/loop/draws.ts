/** A loss's random numbers. */
import type { Stream } from '../../base/streams.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { trajectoryShape } from '../../judge/policy/trajectory.js';
import type { LossDraws } from './compute.js';

/** Noise of the trajectory (size,T,W), then time steps (size). */
export function drawLoss(stream: Stream, spec: PolicySpec, size: number): LossDraws {
  return {
    noise: stream.normals(trajectorySize(spec, size)),
    timesteps: stream.integers(size, spec.scheduler.trainTimesteps),
  };
}

/** Values of `batch` trajectories. */
export function trajectorySize(spec: PolicySpec, batch: number): number {
  return trajectoryShape(spec, batch).reduce((count, side) => count * side, 1);
}
