/** What a policy family computes; `Policy` noises, samples and measures around it. */
import type * as tf from '@tensorflow/tfjs';
import type { BatchStatistics } from './batchStatistics.js';
import type { DropoutMask } from './dropout.js';
import type { ParameterStore } from './parameters.js';

/** One batch of a denoiser: B windows of T steps, each seen with To observed steps. */
export interface NoisyBatch {
  /** The trajectory, (B,T,W): the actions, and behind them the observations that the policy inpaints. */
  readonly noisy: tf.Tensor3D;
  /** Diffusion steps, (B) int32. */
  readonly timesteps: tf.Tensor1D;
  /** Encoded observations of each step, joined in the order of the config: (B·To,F), F as `obsFeatureDim` of the spec. */
  readonly features: tf.Tensor2D;
  /** In training mode; without it nothing is dropped. */
  readonly dropout?: DropoutMask | undefined;
}

/** One folder below `tensors/policy/` and one row in `networks.ts`. Its functions read the family's own spec from the parameters. */
export interface PolicyNetwork {
  /** What the network predicts of a noisy trajectory, (B,T,W): noise or the clean one, as the scheduler's prediction type says. */
  predict(params: ParameterStore, batch: NoisyBatch): tf.Tensor3D;
  /**
   * By camera: normalised images (n,h,w,C) → features (n,width); absent for a family without cameras. `statistics` where the encoders are in
   * training mode.
   */
  encodeImages?(
    params: ParameterStore,
    images: ReadonlyMap<string, tf.Tensor4D>,
    statistics?: BatchStatistics,
  ): Map<string, tf.Tensor2D>;
}
