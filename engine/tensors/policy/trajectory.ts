/** The trajectory on tensors: actions, with the observations behind them where a policy inpaints those. */
import * as tf from '@tensorflow/tfjs';
import type { PolicySpec, TrajectorySpec } from '../../judge/policy/spec.js';
import { observedSteps, trajectoryOf, trajectoryWidth } from '../../judge/policy/trajectory.js';

/** B windows, S observed steps of each; a trajectory is (B,T,W). */
export class Trajectory {
  private readonly steps: TrajectorySpec;

  constructor(private readonly spec: PolicySpec) {
    this.steps = trajectoryOf(spec);
  }

  private get inpaints(): boolean {
    return this.steps.inpaintedSteps > 0;
  }

  /** Normalised actions (B,horizon,D) and features (B·S,F) → what is noised. */
  of(actions: tf.Tensor3D, features: tf.Tensor2D): tf.Tensor3D {
    const { from, steps } = this.steps;
    const [batch, horizon, width] = actions.shape;
    const own = steps === horizon ? actions : tf.slice(actions, [0, from, 0], [batch, steps, width]);
    return this.inpaints
      ? tf.concat([own, tf.slice(this.bySteps(features), [0, 0, 0], [batch, steps, -1])], 2)
      : own;
  }

  /** What is noised and what is asked for: inpainted features get no gradients from that, as upstream's. */
  detached(trajectory: tf.Tensor3D): tf.Tensor3D {
    return this.inpaints ? withoutGradient(trajectory) : trajectory;
  }

  /** The features of the steps that the policy has seen when it acts, (B·To,F). */
  condition(features: tf.Tensor2D): tf.Tensor2D {
    const { obsSteps, obsFeatureDim } = this.spec;
    if (observedSteps(this.spec) === obsSteps) return features;
    return tf.slice(this.bySteps(features), [0, 0, 0], [-1, obsSteps, -1]).reshape([-1, obsFeatureDim]);
  }

  /** A trajectory in which the known entries are right and all others zero; undefined where none is known. */
  known(features: tf.Tensor2D): tf.Tensor3D | undefined {
    if (!this.inpaints) return undefined;
    const { steps, inpaintedSteps } = this.steps;
    const seen = tf.slice(this.bySteps(features), [0, 0, 0], [-1, inpaintedSteps, -1]);
    return tf.pad(seen, [
      [0, 0],
      [0, steps - inpaintedSteps],
      [this.spec.actionDim, 0],
    ]);
  }

  /** `known` in the place of what is known; the rest of `known` does not matter. */
  withKnown(trajectory: tf.Tensor3D, known: tf.Tensor3D | undefined): tf.Tensor3D {
    if (!this.inpaints || known === undefined) return trajectory;
    return tf.add(this.unknown(trajectory), tf.mul(known, this.mask(1, 0)));
  }

  /** Zero where an entry is known. */
  unknown(trajectory: tf.Tensor): tf.Tensor3D {
    return (this.inpaints ? tf.mul(trajectory, this.mask(0, 1)) : trajectory) as tf.Tensor3D;
  }

  private bySteps(features: tf.Tensor2D): tf.Tensor3D {
    return features.reshape([-1, observedSteps(this.spec), this.spec.obsFeatureDim]);
  }

  /** (1,T,W): one value for known entries, one for all others. */
  private mask(known: number, unknown: number): tf.Tensor3D {
    const { actionDim } = this.spec;
    const width = trajectoryWidth(this.spec);
    const { steps, inpaintedSteps } = this.steps;
    const values = new Float32Array(steps * width).map((_, index) =>
      index < inpaintedSteps * width && index % width >= actionDim ? known : unknown,
    );
    return tf.tensor3d(values, [1, steps, width]);
  }
}

/** An operation that is not told what it is computed from has no gradient to pass on. */
function withoutGradient(x: tf.Tensor3D): tf.Tensor3D {
  return tf.customGrad(() => ({ value: x.clone(), gradFunc: () => [] }))() as tf.Tensor3D;
}
