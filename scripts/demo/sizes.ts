/** How much the demo does: the whole of it, and a quick turn that only shows that everything works. */
import type { FrameSize } from './render.js';

export interface Training {
  readonly batchSize: number;
  /** At most what the windows give; an epoch ends with a validation where `validateEvery` divides its number. */
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly validateEvery: number;
  readonly learningRate: number;
  /** Draws of noise for each window; 1 where it is left out. */
  readonly noiseSamples?: number;
}

export interface DemoSizes {
  readonly episodes: number;
  readonly seed: number;
  /** As recorded; conversion makes it smaller. */
  readonly frame: FrameSize;
  /** Encoder and transformer together, 7-D. */
  readonly endToEnd: Training;
  /** The 7-D transformer alone, on the features of the encoder from before. */
  readonly pose: Training;
  /** Both 8-D trainings. */
  readonly gripper: Training;
  /** Learning-rate multiplier of what the 8-D policy has anew; the inherited part trains at the plain rate. */
  readonly widened: number;
  /** Scratch has no inheritance to spare, so it may go faster. */
  readonly scratchLearningRate: number;
  readonly cachedCrops: number;
  /** Of the baseline without images. */
  readonly stateOnlySteps: number;
}

export const FULL: DemoSizes = {
  episodes: 120,
  seed: 1,
  frame: { width: 360, height: 270 },
  // The encoder is what costs: each image serves four draws of noise, which steadies its gradient.
  endToEnd: {
    ...{ batchSize: 32, stepsPerEpoch: 54, epochs: 9, validateEvery: 9, learningRate: 1e-3 },
    noiseSamples: 4,
  },
  // Whole epochs, so that the cosine ends: the last third of the error goes with the last small rates.
  pose: { batchSize: 128, stepsPerEpoch: 37, epochs: 24, validateEvery: 24, learningRate: 3e-3 },
  gripper: { batchSize: 128, stepsPerEpoch: 25, epochs: 10, validateEvery: 3, learningRate: 1.5e-3 },
  widened: 4,
  scratchLearningRate: 3e-3,
  cachedCrops: 0,
  stateOnlySteps: 1000,
};

export const QUICK: DemoSizes = {
  episodes: 8,
  seed: 1,
  frame: { width: 180, height: 135 },
  endToEnd: { batchSize: 4, stepsPerEpoch: 4, epochs: 1, validateEvery: 1, learningRate: 1e-3 },
  pose: { batchSize: 32, stepsPerEpoch: 10, epochs: 1, validateEvery: 1, learningRate: 1e-3 },
  gripper: { batchSize: 32, stepsPerEpoch: 5, epochs: 2, validateEvery: 1, learningRate: 3e-4 },
  widened: 10,
  scratchLearningRate: 1e-3,
  cachedCrops: 1,
  stateOnlySteps: 200,
};
