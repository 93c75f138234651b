/** Reads and judges one recorded episode: arrays of `data.pkl`, steps of `meta.json`, a frame for each step. */

import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withoutMark } from '../../base/byteOrderMark.js';
import { counted } from '../../base/counted.js';
import { throwPassing } from '../../base/diskErrors.js';
import { printable, shownJson } from '../../base/shown.js';
import type { NdArray } from '../ndarray.js';
import { toNumbers } from '../numbers.js';
import { GlobalNames } from '../pickle/globals.js';
import { toNdArrays } from '../pickle/numpy.js';
import { PickleError } from '../pickle/pickleError.js';
import { readPickle } from '../pickle/read.js';
import { EpisodeError } from './cogactError.js';
import { type Frame, listFrames } from './list.js';

export interface Episode {
  readonly name: string;
  readonly path: string;
  readonly steps: number;
  /** (steps, 7): metres, unit quaternion xyzw. */
  readonly robotEefPose: Float32Array;
  /** (steps, 7): the target pose. */
  readonly action: Float32Array;
  /** (steps): the target gripper. */
  readonly actionGripper: Float32Array;
  /** (steps); undefined where the recording has none. */
  readonly robotGripper: Float32Array | undefined;
  /** (steps), seconds; undefined where the recording has none. */
  readonly timestamp: Float64Array | undefined;
  /** The frame of each step, absolute paths, `steps` of them. */
  readonly frames: readonly string[];
  /** What is odd but no reason to leave the episode out. */
  readonly notes: readonly string[];
}

/** 20 thousand steps have about 2 MB; the file is held in memory whole. */
const MAX_PICKLE_BYTES = 256 * 2 ** 20;
const MAX_META_BYTES = 2 ** 20;
/** Recorded quaternions are off by some 1e-7; beyond this they were not normalised. */
const QUATERNION_TOLERANCE = 1e-3;

/** Throws `EpisodeError` with the reason why the episode cannot be used. The folder is only read. */
export async function readEpisode(path: string): Promise<Episode> {
  const steps = await readSteps(join(path, 'meta.json'));
  const file = join(path, 'data.pkl');
  const { arrays, globals } = await readArrays(file);
  const columns = new Columns(file, arrays, steps);
  const robotEefPose = columns.required('robot_eef_pose', 7);
  const action = columns.required('action', 7);
  const actionGripper = columns.required('action_gripper', 1);
  const robotGripper = columns.optional('robot_gripper', 1);
  const timestamp = columns.optional('timestamp', 1);
  const notes = [
    ...globalNotes(globals),
    ...quaternionNotes('robot_eef_pose', robotEefPose),
    ...quaternionNotes('action', action),
    ...gripperNotes('action_gripper', actionGripper),
    ...(robotGripper === undefined ? [] : gripperNotes('robot_gripper', robotGripper)),
  ];
  return {
    name: basename(path),
    path,
    steps,
    robotEefPose: Float32Array.from(robotEefPose),
    action: Float32Array.from(action),
    actionGripper: Float32Array.from(actionGripper),
    robotGripper: robotGripper === undefined ? undefined : Float32Array.from(robotGripper),
    timestamp,
    frames: framesOfSteps(path, await listFrames(path), steps, columns.optional('image_index', 1)),
    notes,
  };
}

async function readSteps(file: string): Promise<number> {
  const text = withoutMark((await readBounded(file, MAX_META_BYTES)).toString('utf8'));
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch (cause) {
    throw new EpisodeError('episode-file', file, 'meta.json is not valid JSON', undefined, cause);
  }
  const steps = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'n_steps') : undefined;
  if (Number.isSafeInteger(steps) && (steps as number) > 0) return steps as number;
  throw new EpisodeError(
    'episode-file',
    file,
    `n_steps of meta.json is ${shownJson(steps)}, expected a count`,
  );
}

async function readArrays(file: string) {
  const bytes = await readBounded(file, MAX_PICKLE_BYTES);
  const globals = new GlobalNames();
  try {
    return { arrays: toNdArrays(readPickle(bytes, { globals }), bytes.length), globals: globals.unexpected };
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    throw new EpisodeError('episode-file', file, `data.pkl: ${cause.message}`, undefined, cause);
  }
}

async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  const found = await stat(file).catch((cause: unknown) => {
    throwPassing(cause, file);
    throw new EpisodeError('episode-file', file, `there is no ${basename(file)}`, undefined, cause);
  });
  if (found.isFile() && found.size <= maxBytes) return readFile(file);
  const message = `${basename(file)} has ${found.size} bytes, expected a plain file of at most ${maxBytes}`;
  throw new EpisodeError('episode-file', file, message);
}

/** The arrays of one pickle as columns of finite numbers, all of the same length. */
class Columns {
  constructor(
    private readonly file: string,
    private readonly arrays: ReadonlyMap<string, NdArray>,
    private readonly steps: number,
  ) {}

  required(key: string, width: number): Float64Array {
    const column = this.optional(key, width);
    if (column !== undefined) return column;
    const names = [...this.arrays.keys()].join(', ');
    throw this.fault('episode-arrays', `data.pkl has no array ${key} (it has ${names || 'none'})`);
  }

  optional(key: string, width: number): Float64Array | undefined {
    const array = this.arrays.get(key);
    if (array === undefined) return undefined;
    const expected = width === 1 ? [this.steps] : [this.steps, width];
    // A gripper column may be (N,) or (N, 1).
    const shape = width === 1 && array.shape[1] === 1 ? array.shape.slice(0, 1) : array.shape;
    if (shape.join() !== expected.join()) {
      const found = `${key} has shape (${array.shape.join(', ')}), expected (${expected.join(', ')})`;
      throw this.fault('episode-arrays', `${found} as n_steps of meta.json is ${this.steps}`);
    }
    const numbers = toNumbers(array);
    if (numbers === undefined)
      throw this.fault('episode-arrays', `${key} has dtype ${array.dtype}, expected numbers`);
    const bad = numbers.findIndex(isUnfit);
    if (bad < 0) return numbers;
    throw this.fault('episode-values', valueFault(key, width, numbers, bad));
  }

  private fault(code: 'episode-arrays' | 'episode-values', message: string): EpisodeError {
    return new EpisodeError(code, this.file, message);
  }
}

/** `action is NaN at step 3, column 2, and 5 more of its values are of that kind`: no numbers that a data set may hold. */
function valueFault(key: string, width: number, numbers: Float64Array, first: number): string {
  const column = width === 1 ? '' : `, column ${first % width}`;
  const more = numbers.filter(isUnfit).length - 1;
  const others = more === 0 ? '' : `, and ${more} more of its values are of that kind`;
  const range = Number.isFinite(numbers[first]!) ? ' (more than a float32 holds)' : '';
  return `${key} is ${numbers[first]}${range} at step ${Math.floor(first / width)}${column}${others}`;
}

function isUnfit(value: number): boolean {
  return !Number.isFinite(value) || Math.abs(value) > MAX_FLOAT32;
}

/** Beyond it a float32 becomes infinite. */
const MAX_FLOAT32 = 3.4028234663852886e38;

/** One note for names that no recorder writes: Python would import or call them, here they are only read. */
function globalNotes(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 5).map(printable).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return [`data.pkl names ${shown}${more}: loading it in Python may run code; nothing was run here`];
}

/** One note for a pose column whose quaternions are not of length 1. */
function quaternionNotes(key: string, poses: Float64Array): string[] {
  let odd = 0;
  for (let at = 3; at < poses.length; at += 7) {
    const norm = Math.hypot(...poses.subarray(at, at + 4));
    if (Math.abs(norm - 1) > QUATERNION_TOLERANCE) odd += 1;
  }
  return odd === 0 ? [] : [`${key}: ${odd} quaternions are not of length 1`];
}

/** One note for a gripper column on another scale than 0 to 1: recordings of two scales spoil each other's normaliser. */
function gripperNotes(key: string, values: Float64Array): string[] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return low >= 0 && high <= 1 ? [] : [`${key}: values from ${low} to ${high}, expected 0 to 1`];
}

/**
 * The frame of each step: the one that `image_index` names where it names one for every step, else the frames in order
 * (some recorders fill the column with -1). Fewer frames than steps is an error, more are ignored.
 */
function framesOfSteps(
  path: string,
  frames: readonly Frame[],
  steps: number,
  imageIndex: Float64Array | undefined,
): string[] {
  if (frames.length < steps) {
    throw new EpisodeError(
      'episode-frames',
      path,
      `${counted(frames.length, 'frame')} for ${counted(steps, 'step')}`,
    );
  }
  if (imageIndex === undefined || imageIndex.every((index) => index < 0)) return inOrder(path, frames, steps);
  const byNumber = new Map(frames.map((frame) => [frame.number, frame.path]));
  const named = Array.from(imageIndex, (index) => byNumber.get(index));
  const missing = named.indexOf(undefined);
  if (missing < 0) return named.filter((frame) => frame !== undefined);
  // Frames that are numbered from 1 while the column counts from 0.
  if (imageIndex.every((index, step) => index === step)) return inOrder(path, frames, steps);
  const found = `image_index is ${imageIndex[missing]} at step ${missing}, there is no such frame`;
  throw new EpisodeError('episode-frames', path, found);
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
      : `${name(expected)} is missing, the next one is ${name(number)}: frames would be those of other steps`;
  throw new EpisodeError('episode-frames', path, found);
}
