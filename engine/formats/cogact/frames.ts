/** Which frame belongs to which step of a CogAct episode. */
import { counted } from '../../base/counted.js';
import { RecordingError } from '../recording.js';
import type { Frame } from './folders.js';

/**
 * The frame of each step: the one that `imageIndex` names where it names one for every step, else the frames in order
 * (some recorders fill the column with -1). Fewer frames than steps is an error, more are ignored.
 */
export function framesOfSteps(
  path: string,
  frames: readonly Frame[],
  steps: number,
  imageIndex: ArrayLike<number> | undefined,
): string[] {
  if (frames.length < steps) {
    const found = `${counted(frames.length, 'frame')} for ${counted(steps, 'step')}`;
    throw new RecordingError('episode-frames', path, found);
  }
  const indices = Array.from(imageIndex ?? []);
  if (indices.every((index) => index < 0)) return inOrder(path, frames, steps);
  const byNumber = new Map(frames.map((frame) => [frame.number, frame.path]));
  const named = indices.map((index) => byNumber.get(index));
  const missing = named.indexOf(undefined);
  if (missing < 0) return named.filter((frame) => frame !== undefined);
  // Frames that are numbered from 1 while the column counts from 0.
  if (indices.every((index, step) => index === step)) return inOrder(path, frames, steps);
  const found = `image_index is ${indices[missing]} at step ${missing}, but there is no such frame`;
  throw new RecordingError('episode-frames', path, found);
}

/**
 * One frame after the other. A number that is missing would shift all later frames by a step, and one that is there twice as well, so
 * both are errors; frames may be numbered from 0 or from 1.
 */
function inOrder(path: string, frames: readonly Frame[], steps: number): string[] {
  const first = frames[0]!.number === 1 ? 1 : 0;
  const taken = frames.slice(0, steps);
  const odd = taken.findIndex(({ number }, step) => number !== first + step);
  if (odd < 0) return taken.map((frame) => frame.path);
  const expected = first + odd;
  const { number } = taken[odd]!;
  const name = (n: number): string => `frame_${String(n).padStart(4, '0')}.jpg`;
  const found =
    number < expected
      ? `two frames have the number ${number}`
      : `${name(expected)} is missing, the next one is ${name(number)}, so later steps would get the wrong frames`;
  throw new RecordingError('episode-frames', path, found);
}
