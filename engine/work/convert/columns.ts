/** The number columns of a data set: episode after episode, as upstream names and joins them. */
import type { Episode } from '../../formats/cogact/index.js';
import {
  type ArrayLayout,
  COLUMN_COMPRESSOR,
  type CodecConfig,
  replayBufferChunks,
} from '../../formats/zarr/index.js';

export interface Column {
  readonly layout: ArrayLayout;
  /** All rows. */
  readonly data: Uint8Array;
}

/** Some values of each step: (steps, width) of one recorded array. */
interface Part {
  readonly values: Float32Array | Float64Array;
  readonly width: number;
}

/** The first episode decides which optional columns there are; the others have them too. */
export function columnsOf(episodes: readonly Episode[], gripper: boolean): Map<string, Column> {
  const { robotGripper, timestamp } = episodes[0]!;
  const columns = new Map<string, Column>();
  const add = (
    name: string,
    dtype: '<f4' | '<f8',
    row: readonly number[],
    parts: (episode: Episode) => Part[],
  ) => columns.set(name, join(episodes, dtype, row, parts));
  add('robot_eef_pose', '<f4', [7], (each) => [{ values: each.robotEefPose, width: 7 }]);
  if (gripper) add('action', '<f4', [8], (each) => [pose(each), { values: each.actionGripper, width: 1 }]);
  else add('action', '<f4', [7], (each) => [pose(each)]);
  if (gripper && robotGripper !== undefined) {
    add('robot_gripper_state', '<f4', [1], (each) => [{ values: each.robotGripper!, width: 1 }]);
  }
  if (timestamp !== undefined) add('timestamp', '<f8', [], (each) => [{ values: each.timestamp!, width: 1 }]);
  return columns;
}

function pose(episode: Episode): Part {
  return { values: episode.action, width: 7 };
}

function join(
  episodes: readonly Episode[],
  dtype: '<f4' | '<f8',
  row: readonly number[],
  parts: (episode: Episode) => Part[],
): Column {
  const steps = episodes.reduce((sum, episode) => sum + episode.steps, 0);
  const length = steps * (row[0] ?? 1);
  const joined = dtype === '<f4' ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (const episode of episodes) {
    const side = parts(episode);
    for (let step = 0; step < episode.steps; step += 1) {
      for (const { values, width } of side) {
        joined.set(values.subarray(step * width, (step + 1) * width), at);
        at += width;
      }
    }
  }
  const layout = arrayLayout(episodes[0]!.steps, steps, row, dtype, COLUMN_COMPRESSOR);
  return { layout, data: new Uint8Array(joined.buffer) };
}

/** Chunks follow from the first episode, as upstream makes the arrays when it adds that. */
export function arrayLayout(
  firstSteps: number,
  steps: number,
  row: readonly number[],
  dtype: string,
  compressor: CodecConfig | null,
): ArrayLayout {
  return {
    shape: [steps, ...row],
    dtype,
    chunks: replayBufferChunks([firstSteps, ...row], dtype),
    compressor,
  };
}
