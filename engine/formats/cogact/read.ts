/** Reads and judges one recorded episode: arrays of `data.pkl`, steps of `meta.json`, a frame for each step. */
import { basename, join } from 'node:path';
import { throwIfAborted } from '../../base/errors.js';
import { firstFew } from '../../base/firstFew.js';
import { printable } from '../../base/shown.js';
import { GlobalNames } from '../pickle/globals.js';
import { toNdArrays } from '../pickle/numpy.js';
import { PickleError } from '../pickle/pickleError.js';
import { readPickle } from '../pickle/read.js';
import { readBounded } from '../recording/boundedFile.js';
import { type ColumnSpec, readColumns } from '../recording/columns.js';
import type { PictureFile } from '../recording/frames.js';
import { type Episode, RecordingError } from '../recording.js';
import { ARRAYS, listFrames, META } from './folders.js';
import { framesOfSteps } from './frames.js';
import { readSteps } from './steps.js';

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'robot_eef_pose', unit: 'pose', width: 7, dtype: '<f4' },
  { name: 'action', unit: 'pose', width: 7, dtype: '<f4' },
  { name: 'action_gripper', unit: 'opening', width: 1, dtype: '<f4' },
  { name: 'robot_gripper', unit: 'opening', width: 1, dtype: '<f4', isOptional: true },
  { name: 'timestamp', unit: 'seconds', width: 1, dtype: '<f8', isOptional: true },
];

/** Which frame belongs to each step. */
const IMAGE_INDEX: ColumnSpec = {
  name: 'image_index',
  unit: 'index',
  width: 1,
  dtype: '<f8',
  isOptional: true,
};

/** What data sets call the one camera. */
const CAMERA = 'image';

/** 20 thousand steps have about 2 MB; the file is held in memory whole. */
const MAX_PICKLE_BYTES = 256 * 2 ** 20;

/** Throws `RecordingError` with the reason why the episode cannot be used. The folder is only read. */
export async function readEpisode(path: string, signal?: AbortSignal): Promise<Episode> {
  const steps = await readSteps(path);
  const file = join(path, ARRAYS);
  throwIfAborted(signal);
  const { arrays, globals } = await readArrays(file);
  const origin = { file, steps, stepsOf: `n_steps of ${META}` };
  const { columns, notes } = readColumns(arrays, origin, COLUMNS);
  throwIfAborted(signal);
  const pictures = await listFrames(path);
  const index = readColumns(arrays, origin, [IMAGE_INDEX]).columns.get(IMAGE_INDEX.name);
  const frames = framesOfSteps(path, pictures, steps, index?.values);
  return {
    name: basename(path),
    steps,
    columns,
    cameras: new Map([[CAMERA, frames.map(pictureOf)]]),
    notes: [...globalNotes(globals), ...notes],
  };
}

function pictureOf(path: string): PictureFile {
  return { kind: 'file', coding: 'jpeg', path };
}

async function readArrays(file: string) {
  const bytes = await readBounded(file, MAX_PICKLE_BYTES);
  const globals = new GlobalNames();
  try {
    return { arrays: toNdArrays(readPickle(bytes, { globals }), bytes.length), globals: globals.unexpected };
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    throw new RecordingError('episode-file', file, `${ARRAYS}: ${cause.message}`, undefined, cause);
  }
}

/** One note for names that no recorder writes: Python would import or call them, here they are only read. */
function globalNotes(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = firstFew(names.map(printable), 5);
  return [`${ARRAYS} names ${shown}: loading it in Python may run code; nothing was run here`];
}
