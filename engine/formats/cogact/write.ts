/** Writes an episode as the recorder does: `data.pkl`, `meta.json` and numbered JPEG frames. */

import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { besideName } from '../../base/atomic.js';
import { byteView } from '../../base/byteView.js';
import { counted } from '../../base/counted.js';
import type { NdArray } from '../ndarray.js';
import { PyDict } from '../pickle/model.js';
import { fromNdArray } from '../pickle/numpy.js';
import { writePickle } from '../pickle/write.js';
import { RecordingError } from '../recording.js';

export interface EpisodeSource {
  /** (N, 7): metres, unit quaternion xyzw. */
  readonly robotEefPose: Float32Array;
  /** (N), whole numbers. */
  readonly robotGripper: ArrayLike<number>;
  /** (N, 7). */
  readonly action: Float32Array;
  /** (N), whole numbers. */
  readonly actionGripper: ArrayLike<number>;
  /** (N), seconds. */
  readonly timestamp: Float64Array;
  /** (N), numbers of the frames. */
  readonly imageIndex: ArrayLike<number>;
  /** JPEG files; frame k becomes `images/frame_<k>.jpg`. */
  readonly frames: readonly Uint8Array[];
}

/** Makes the folder `dir`, whole or not at all. Throws `episode-exists` when it is there, `episode-arrays` on unequal lengths. */
export async function writeEpisode(dir: string, source: EpisodeSource): Promise<void> {
  const arrays = arraysOf(source);
  const steps = source.timestamp.length;
  for (const [key, array] of Object.entries(arrays)) {
    const [length = 0] = array.shape;
    if (length === steps) continue;
    throw new RecordingError(
      'episode-arrays',
      dir,
      `${key} has ${counted(length, 'step')}, timestamp has ${steps}`,
    );
  }
  if (await stat(dir).catch(() => undefined))
    throw new RecordingError('episode-exists', dir, 'the episode exists');
  const working = besideName(dir);
  await mkdir(join(working, 'images'), { recursive: true });
  try {
    await Promise.all(
      source.frames.map((jpeg, k) =>
        writeFile(join(working, 'images', `frame_${String(k).padStart(4, '0')}.jpg`), jpeg),
      ),
    );
    const nodes = Object.entries(arrays).map(([key, array]) => [key, fromNdArray(array)] as const);
    await writeFile(join(working, 'data.pkl'), writePickle(new PyDict([...nodes]), { protocol: 4 }));
    await writeFile(
      join(working, 'meta.json'),
      `${JSON.stringify(metaOf(dir, source, arrays), undefined, 2)}\n`,
    );
    await mkdir(dirname(dir), { recursive: true });
    await rename(working, dir);
  } catch (error) {
    await rm(working, { recursive: true, force: true });
    throw error;
  }
}

function arraysOf(source: EpisodeSource): Record<string, NdArray> {
  return {
    robot_eef_pose: poses(source.robotEefPose),
    robot_gripper: integers(source.robotGripper),
    action: poses(source.action),
    action_gripper: integers(source.actionGripper),
    timestamp: { dtype: '<f8', shape: [source.timestamp.length], data: byteView(source.timestamp) },
    image_index: integers(source.imageIndex),
  };
}

function poses(values: Float32Array): NdArray {
  return { dtype: '<f4', shape: [values.length / 7, 7], data: byteView(values) };
}

function integers(values: ArrayLike<number>): NdArray {
  const wide = BigInt64Array.from(Array.from(values), BigInt);
  return { dtype: '<i8', shape: [wide.length], data: byteView(wide) };
}

function metaOf(dir: string, source: EpisodeSource, arrays: Readonly<Record<string, NdArray>>): object {
  const { timestamp } = source;
  const start = timestamp[0] ?? 0;
  return {
    episode_id: Number(/\d+/.exec(basename(dir))?.[0] ?? 0),
    start_time: start,
    duration: (timestamp.at(-1) ?? start) - start,
    n_steps: timestamp.length,
    n_images: source.frames.length,
    data_shapes: Object.fromEntries(Object.entries(arrays).map(([key, { shape }]) => [key, shape])),
  };
}
