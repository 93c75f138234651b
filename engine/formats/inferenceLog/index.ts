/** Inference logs of three layouts, streamed. */

export { InferenceLogError, type InferenceLogFault } from './errors.js';
export type { ByteRange } from './jsonTokens.js';
export { readLogFrame, readLogStep, type StepPlace } from './oneStep.js';
export { type ReadLogOptions, readInferenceLog } from './read.js';
export type { LogLayout, LogStep, LogSummary, MalformedRecord } from './types.js';
