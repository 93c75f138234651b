/** The results of an evaluation and a prediction; plain numbers, null where there is nothing to measure. */
import type { Thresholds } from '../judge/gripper/switches.js';

/** Mean and 95th percentile (linear between ranks) over the executed steps. */
export interface Spread {
  readonly mean: number;
  readonly p95: number;
}

/** Absolute errors along each axis, and the length of the difference; m. */
export interface PositionError {
  readonly x: Spread;
  readonly y: Spread;
  readonly z: Spread;
  readonly norm: Spread;
}

/** Errors at one step of the executed part of the chunks. */
export interface StepReport {
  /** From 0: the action that is executed first. */
  readonly step: number;
  /** Length of the difference, m. */
  readonly position: Spread;
  /** Geodesic angle, degrees. */
  readonly rotation: Spread;
}

/** Switches matched one-to-one in the same direction, at most that many steps apart. */
export interface SwitchNumbers {
  readonly toleranceSteps: number;
  readonly hits: number;
  /** 2 hits / (predicted + demonstrated); null where neither has a switch. */
  readonly f1: number | null;
  /** hits / predicted */
  readonly precision: number | null;
  /** hits / demonstrated */
  readonly recall: number | null;
}

export interface GripperNumbers {
  /** Share of the executed steps on the demonstrated side of the midpoint between the thresholds. */
  readonly accuracy: number | null;
  /** F1 at ± 2 steps, the same as `within2.f1`. */
  readonly switchF1: number | null;
  readonly within1: SwitchNumbers;
  readonly within2: SwitchNumbers;
  /** Median of predicted minus demonstrated step over the switches matched within 8 steps; positive is late. */
  readonly latencySteps: number | null;
  /** Of those, the ones before and after the demonstrated step. */
  readonly early: number;
  readonly late: number;
  /** Demonstrated and predicted switches without a partner within 8 steps. */
  readonly missed: number;
  readonly spurious: number;
  readonly predictedSwitches: number;
  readonly demonstratedSwitches: number;
}

export interface GripperEvaluation extends GripperNumbers {
  /** A switch crosses both: 0.3 and 0.7 of the range of the data set's commands. */
  readonly thresholds: Thresholds;
  /** The same for a baseline that keeps, through each chunk, the gripper state observed when it began. */
  readonly hold: GripperNumbers;
}

export interface EvaluateResult {
  readonly episodes: readonly number[];
  readonly windows: number;
  readonly chunks: number;
  /** Executed steps of the chunks, over which everything but the losses is measured. */
  readonly executedSteps: number;
  /** Mean diffusion loss over the windows: evaluation mode (no dropout, centre crops), seeded noise and time steps. */
  readonly valLoss: number;
  /** Mean squared error of sampled actions over all values of the horizon, raw units, as upstream's train_action_mse_error. */
  readonly actionMse: number;
  /** The same over the values of the pose. */
  readonly poseMse: number;
  readonly position: PositionError;
  /** Geodesic angle between the orientations (a quaternion and its negative are the same), degrees. */
  readonly rotation: Spread;
  readonly perStep: readonly StepReport[];
  /** Null for a policy without a gripper. */
  readonly gripper: GripperEvaluation | null;
}

export interface PredictResult {
  readonly windows: readonly PredictedWindow[];
  /** (B, horizon, D) in raw units, nested lists. */
  readonly actionPred: readonly (readonly (readonly number[])[])[];
  /** The steps that the robot executes, (B, executedSteps, D). */
  readonly actions: readonly (readonly (readonly number[])[])[];
}

interface PredictedWindow {
  /** Index among the training windows. */
  readonly index: number;
  readonly episode: number;
  /** The last observed step of the episode; the first action is for it. */
  readonly step: number;
}
