/** The number columns of a data set: episode after episode, as upstream names and joins them. */
import { ROTATION_REP, type Rotation } from '../../base/rotation.js';
import {
  type ArrayLayout,
  COLUMN_COMPRESSOR,
  type CodecConfig,
  replayBufferChunks,
} from '../../formats/zarr/index.js';
import type { ColumnName, UsableEpisode } from './usable.js';

export interface Column {
  readonly layout: ArrayLayout;
  /** All rows. */
  readonly data: Uint8Array;
}

/** The first episode decides which optional columns there are; the others have them too. */
export function columnsOf(
  episodes: readonly UsableEpisode[],
  gripper: boolean,
  rotation?: Rotation,
): Map<string, Column> {
  const recorded = episodes[0]!.columns;
  const columns = new Map<string, Column>();
  const add = (name: string, dtype: '<f4' | '<f8', row: readonly number[], parts: readonly ColumnName[]) =>
    columns.set(name, join(episodes, dtype, row, parts));
  const addPose = (name: string, parts: readonly ColumnName[]) => {
    const width = parts.reduce((sum, part) => sum + (recorded.get(part)!.shape[1] ?? 1), 0);
    const { layout, data } = join(episodes, '<f4', [width], parts);
    const attributes = rotation && { attributes: { rotation_rep: ROTATION_REP[rotation] } };
    columns.set(name, { layout: { ...layout, ...attributes }, data });
  };
  addPose('robot_eef_pose', ['robot_eef_pose']);
  addPose('action', gripper ? ['action', 'action_gripper'] : ['action']);
  if (gripper && recorded.has('robot_gripper')) add('robot_gripper_state', '<f4', [1], ['robot_gripper']);
  if (recorded.has('timestamp')) add('timestamp', '<f8', [], ['timestamp']);
  return columns;
}

/** Each row is the parts' rows, one after the other. */
function join(
  episodes: readonly UsableEpisode[],
  dtype: '<f4' | '<f8',
  row: readonly number[],
  parts: readonly ColumnName[],
): Column {
  const steps = episodes.reduce((sum, episode) => sum + episode.steps, 0);
  const length = steps * (row[0] ?? 1);
  const joined = dtype === '<f4' ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (const episode of episodes) {
    const side = parts.map((name) => {
      const { values, shape } = episode.columns.get(name)!;
      return { values, width: shape[1] ?? 1 };
    });
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
