/** What is known of every policy, whatever its family: observations, actions, steps, schedule, and every key and shape. */
import type { NamedDimensions } from './dimensions.js';

export interface ObservationSpec {
  readonly key: string;
  readonly type: 'rgb' | 'low_dim' | 'point_cloud';
  /** (C,H,W) of an image, (D) of a low-dimensional observation, (points, values of each) of a point cloud. */
  readonly shape: readonly number[];
}

export type ImageSize = readonly [height: number, width: number];

export interface CameraView {
  readonly key: string;
  /** What the encoder sees: of the camera's image, which is resized first, then cropped. */
  readonly size: ImageSize;
  /** Absent where the image is not resized. */
  readonly resized?: ImageSize;
}

export interface SchedulerSpec {
  /** How the policy samples on the robot. */
  readonly sampler: 'ddpm' | 'ddim';
  readonly trainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: string;
  readonly clipSample: boolean;
  /** The clean sample is clipped to ± this. */
  readonly clipRange: number;
  /** Clipped by a quantile of the sample instead. */
  readonly thresholding: boolean;
  readonly predictionType: 'epsilon' | 'sample' | 'v_prediction';
  readonly varianceType: string;
  readonly timestepSpacing: 'leading' | 'linspace' | 'trailing';
  /** Added to each time step of a sampler. */
  readonly stepsOffset: number;
  /** DDIM's last step ends without noise; else with that of time step 0. */
  readonly endsClean: boolean;
}

/** One field of the normaliser. */
export interface NormalizerField {
  /** `action`, or the observation's name; also the data set's array that it is fitted on. */
  readonly name: string;
  readonly width: number;
  /** The state dict holds neither its mean nor its deviation, which normalising does not need. */
  readonly rangeOnly?: boolean;
  /**
   * An image's pixels have a fixed range: -1 to 1, or, plain, 0 to 1 as they are; what a data set passes on unchanged has none. What is
   * fitted is fitted on the data set's array; what the data set class derives from its arrays only a training can fit, and upstream's does
   * so at each start.
   */
  readonly range: 'fitted' | 'derived' | 'image' | 'plain image' | 'identity';
}

/** One entry of the state dict. */
export interface ParameterSpec {
  readonly key: string;
  /** As PyTorch saves it. */
  readonly shape: readonly number[];
  /** As upstream builds it; int64 for a count alone. */
  readonly dtype: 'float32' | 'int64';
  /**
   * `parameter` is trained by gradients, `running` follows the batches of the training (BatchNorm's statistics), `buffer` follows from the
   * config (masks, positions), `normalizer` is fitted on the data.
   */
  readonly kind: 'parameter' | 'running' | 'buffer' | 'normalizer';
  /** The earlier key that is the same tensor. */
  readonly alias?: string;
  /** PyTorch's axes in the order in which the tensor engine holds a kernel; absent where the two agree. */
  readonly engineAxes?: readonly number[];
}

/** What is noised and denoised of a window. */
export interface TrajectorySpec {
  /** The first of the window's steps in it, and how many. */
  readonly from: number;
  readonly steps: number;
  /** Where in it the actions begin that a robot executes. */
  readonly executedFrom: number;
  /** Encoded observations stand behind the action of each step, and are known in the first so many; 0 for actions alone. */
  readonly inpaintedSteps: number;
}

export interface PolicySpec {
  /** `PolicyFamily.id` of the family that read it. */
  readonly family: string;
  readonly actionDim: number;
  /** In the order in which the policy joins them, mostly that of the config. */
  readonly observations: readonly ObservationSpec[];
  readonly horizon: number;
  readonly obsSteps: number;
  readonly actionSteps: number;
  readonly inferenceSteps: number;
  readonly scheduler: SchedulerSpec;
  /** What the image encoder sees of every camera; [0, 0] without cameras. */
  readonly cropShape: ImageSize;
  /** Where cameras are seen in several sizes, or resized: of each of them. `viewOf` tells. */
  readonly views?: readonly CameraView[];
  /** Width of one step's observations once they are encoded and joined. */
  readonly obsFeatureDim: number;
  /** Absent where it is the usual one; `trajectoryOf` tells. */
  readonly trajectory?: TrajectorySpec;
  /**
   * What the data set calls the arrays of `action` and of observations, where that is another name, or one of several, the usual one
   * first; `columnOf` tells.
   */
  readonly columns?: Readonly<Record<string, string | readonly [string, ...string[]]>>;
  /** In the order of the state dict. */
  readonly normalizer: readonly NormalizerField[];
  /** What the entries of actions and observations are called; absent where the config does not say. */
  readonly dimensions?: NamedDimensions;
  /**
   * Set where the project's data set class decides which fields there are and which of them are fitted, so that a file's count before
   * these. Absent where the config says it all.
   */
  readonly normalizerBy?: 'data set';
  /** Every key in the order of upstream's state dict. */
  readonly parameters: readonly ParameterSpec[];
}

/** What a family's constructor knows before the keys are listed. */
export type Hyper<Spec extends PolicySpec> = Omit<Spec, 'parameters'>;
