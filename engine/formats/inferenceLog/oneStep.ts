/** Reads one step of a log again by the bytes of its object, or its frame, without going through the rest. */
import { LogDocument } from './document.js';
import { type ByteRange, JsonTokenizer } from './jsonTokens.js';
import { InferenceLogError, JsonFault } from './logError.js';
import { openLog } from './read.js';
import type { Section } from './records.js';
import { StepAssembler } from './steps.js';
import type { LogLayout, LogStep } from './types.js';

/** A frame has some hundred kilobytes, and a step little beside it. */
const MAX_BYTES = 64 * 2 ** 20;

/** Names a step by what `readInferenceLog` said of it. */
export interface StepPlace extends Pick<LogStep, 'kind' | 'range'> {
  readonly layout: LogLayout;
}

/**
 * The step whose object lies at `range`. Its number is 0 where the object has none; an observation in another list is left out.
 * Throws `InferenceLogError` when the bytes are no longer such a step.
 */
export async function readLogStep(path: string, { layout, kind, range }: StepPlace): Promise<LogStep> {
  const bytes = await bytesAt(path, range);
  let found: LogStep | undefined;
  const steps = new StepAssembler((step) => {
    found = step;
  });
  const tokens = new JsonTokenizer(new LogDocument(steps));
  try {
    for (const piece of [`{"${sectionOf(layout, kind)}":[`, bytes, ']}']) tokens.feed(Buffer.from(piece));
    tokens.end();
  } catch (cause) {
    if (cause instanceof JsonFault) throw changed(path, range, 'a step', cause);
    throw cause;
  }
  steps.flush();
  if (found === undefined) throw changed(path, range, 'a step');
  return found;
}

/** The camera's frame at `image`, decoded from Base64: what kind of picture it is its own first bytes say. */
export async function readLogFrame(path: string, image: ByteRange): Promise<Uint8Array> {
  const text = (await bytesAt(path, image)).toString('latin1');
  const behindHeader = text.startsWith('data:') ? text.indexOf(',') + 1 : 0;
  return Buffer.from(text.slice(behindHeader), 'base64');
}

function sectionOf(layout: LogLayout, kind: LogStep['kind']): Section {
  if (layout === 'steps') return 'steps';
  if (layout === 'inputs/outputs') return 'outputs';
  return kind === 'executed' ? 'executed' : 'actions';
}

async function bytesAt(path: string, range: ByteRange): Promise<Buffer> {
  const length = range.end - range.start;
  if (length > MAX_BYTES) {
    const found = `bytes ${range.start} to ${range.end} are one step or frame, more than the limit of ${MAX_BYTES} bytes`;
    throw new InferenceLogError('log-bound', path, found);
  }
  const file = await openLog(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, range.start);
    if (bytesRead < length) throw changed(path, range, 'in the file');
    return buffer;
  } finally {
    await file.close();
  }
}

function changed(path: string, range: ByteRange, expected: string, cause?: unknown): InferenceLogError {
  const found = `bytes ${range.start} to ${range.end} are no longer ${expected}: the file has changed`;
  return new InferenceLogError('log-json', path, found, 'Open the log again.', cause);
}
