/** Inference logs of three layouts, streamed. */

export type { ByteRange } from './jsonTokens.js';
export { InferenceLogError, type InferenceLogFault } from './logError.js';
export { readLogFrame, readLogStep, type StepPlace } from './oneStep.js';
export { type ReadLogOptions, readInferenceLog } from './read.js';
export type { LogLayout, LogStep, LogSummary, MalformedRecord } from './types.js';
