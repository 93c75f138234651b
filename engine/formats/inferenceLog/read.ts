/** Reads an inference log as a stream: memory holds two pieces of the file and one step. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { throwIfAborted } from '../../base/errors.js';
import { LogDocument } from './document.js';
import { JsonTokenizer } from './jsonTokens.js';
import { InferenceLogError, JsonFault } from './logError.js';
import { StepAssembler } from './steps.js';
import type { LogStep, LogSummary } from './types.js';

export interface ReadLogOptions {
  readonly signal?: AbortSignal;
  /** Called for each step in the order of the log; the step is not kept. */
  readonly onStep: (step: LogStep) => void;
  /** Bytes read at a time. */
  readonly pieceBytes?: number;
}

/** Frames are a few hundred kilobytes: most of them lie in one or two pieces. */
const PIECE_BYTES = 2 ** 20;

/**
 * Reads all steps. When the text is truncated or damaged after a complete step, the earlier steps count and `broken` says where.
 * Throws `InferenceLogError` when the file cannot be opened, is JSON of something else, or breaks before the first step.
 */
export async function readInferenceLog(path: string, options: ReadLogOptions): Promise<LogSummary> {
  const steps = new StepAssembler(options.onStep);
  const document = new LogDocument(steps);
  const tokens = new JsonTokenizer(document);
  const file = await openLog(path);
  let bytes = 0;
  let fault: JsonFault | undefined;
  try {
    bytes = (await file.stat()).size;
    for await (const piece of pieces(file, options)) tokens.feed(piece);
    tokens.end();
    steps.flush();
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    fault = error;
    if (fault.kind !== 'bound') steps.flush();
  } finally {
    await file.close();
  }
  if (fault !== undefined && steps.answers + steps.executed === 0) throw unreadable(path, fault);
  if (document.layout === undefined) throw noLayout(path);
  const { answers, executed, malformed, malformedCount } = steps;
  const { layout, checkpoint } = document;
  const actionDim = steps.actionDim ?? (executed > 0 ? EXECUTED_DIM : undefined);
  return {
    layout,
    answers,
    executed,
    actionDim,
    checkpoint,
    bytes,
    malformed,
    malformedCount,
    broken: breakOf(fault),
  };
}

/** Position, quaternion, gripper. */
const EXECUTED_DIM = 8;

/** Throws `log-missing`. */
export async function openLog(path: string): Promise<FileHandle> {
  try {
    // Asked before opening: opening a pipe would wait for its writer.
    if ((await stat(path)).isFile()) return await open(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InferenceLogError('log-missing', path, `cannot be opened (${code})`, 'Check the path.', cause);
  }
  throw new InferenceLogError('log-missing', path, 'is not a plain file', 'Give the log itself.');
}

/** The next piece is read while the caller looks at the last one, into the other of two buffers. */
async function* pieces(file: FileHandle, options: ReadLogOptions): AsyncGenerator<Buffer> {
  const size = options.pieceBytes ?? PIECE_BYTES;
  const buffers = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)] as const;
  let pending = file.read(buffers[0], 0, size);
  try {
    for (let turn = 1; ; turn++) {
      throwIfAborted(options.signal);
      const { bytesRead, buffer } = await pending;
      if (bytesRead === 0) return;
      pending = file.read(buffers[turn % 2]!, 0, size);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await pending.catch(() => undefined);
  }
}

function breakOf(fault: JsonFault | undefined): LogSummary['broken'] {
  if (fault === undefined) return undefined;
  const kind = fault.kind === 'truncated' ? 'truncated' : 'damaged';
  return { kind, offset: fault.offset, reason: fault.message };
}

function unreadable(path: string, fault: JsonFault): InferenceLogError {
  const message = `at byte ${fault.offset}: ${fault.message}`;
  if (fault.kind === 'bound')
    return new InferenceLogError('log-bound', path, message, 'Check that this is an inference log.', fault);
  return new InferenceLogError(
    'log-json',
    path,
    message,
    fault.kind === 'truncated'
      ? 'The file ends before its first step is complete: the server was probably stopped while saving. Copy or record the log again.'
      : 'Give an inference log as the server or the robot’s client saves it.',
    fault,
  );
}

function noLayout(path: string): InferenceLogError {
  return new InferenceLogError(
    'log-layout',
    path,
    'is JSON, but not an inference log: it has none of the lists steps, inputs, outputs, executed, actions, observations',
    'Give a file that the inference server or the robot’s client saved.',
  );
}
