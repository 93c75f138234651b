/** Inference logs of three layouts, streamed. */

export type { ByteRange } from './jsonTokens.js';
export { InferenceLogError } from './logError.js';
export { readLogFrame, readLogStep, type StepPlace } from './oneStep.js';
export { type ReadLogOptions, readInferenceLog } from './read.js';
export type { LogStep, LogSummary } from './types.js';
