/** What a data set shows about its gripper: on which side episodes begin, and on which side the command is at each position. */
import { type RegripError, throwIfAborted } from '../../base/errors.js';
import type { DataSet } from '../../formats/dataSet.js';
import { openDataSet } from '../../formats/dataSets.js';
import { POSITION_WIDTH, poseWidth } from '../../formats/poseLayout.js';
import { JudgeError } from '../judgeError.js';
import { lowDimWidth } from './dataColumns.js';
import { stateOf, thresholdsFor } from './switches.js';

type Side = 'upper' | 'lower';

export interface RecordedGripper {
  readonly path: string;
  /** The side on which nine of ten episodes begin, of the observed gripper; undefined when there is none. */
  readonly startState: Side | undefined;
  /** Recorded positions, three numbers per row, in metres. */
  readonly poses: Float64Array;
  /** The commanded side at each of them. */
  readonly sides: readonly Side[];
}

/** Bounds the comparison; data sets have 15 to 20 thousand steps. */
const MAX_ROWS = 20_000;
/** Bounds what is in memory at a time; a row takes some tens of bytes. */
const ROWS_AT_A_TIME = 16_384;
const MOST_EPISODES = 0.9;

/** Reads the low-dimensional columns of a data set with 8-D actions. Throws `DataSetError`, or `data-set-gripper` when it has none. */
export async function readRecordedGripper(path: string, signal?: AbortSignal): Promise<RecordedGripper> {
  const data = await openDataSet(path);
  try {
    const pose = poseWidth(data.columns.get('action') ?? {});
    const action = await column(data, 'action', pose + 1, signal);
    if (action === undefined) throw noGripper(data, pose + 1);
    const observed = await column(data, 'robot_eef_pose', POSITION_WIDTH, signal);
    const state = await column(data, 'robot_gripper_state', 1, signal);
    return {
      path,
      startState: state && startSide(state, data.episodeEnds),
      ...sidesAt(observed ?? action, action),
    };
  } finally {
    await data.close();
  }
}

interface Column {
  readonly width: number;
  readonly rows: number;
  /** (rows, width) */
  readonly values: Float64Array;
}

/** An array (N, width) with at least that many values per row; undefined when there is none. */
async function column(
  data: DataSet,
  name: string,
  least: number,
  signal: AbortSignal | undefined,
): Promise<Column | undefined> {
  const found = data.columns.get(name);
  if (found === undefined || lowDimWidth(found) === undefined) return undefined;
  const [rows, width] = found.shape;
  if (rows === undefined || width === undefined || width < least || rows === 0) return undefined;
  const values = new Float64Array(rows * width);
  for (let start = 0; start < rows; start += ROWS_AT_A_TIME) {
    throwIfAborted(signal);
    const end = Math.min(rows, start + ROWS_AT_A_TIME);
    await data.readRows(name, start, end, values.subarray(start * width, end * width), signal);
  }
  return { width, rows, values };
}

function sideAt(
  { values, width }: Column,
  thresholds: ReturnType<typeof thresholdsOf>,
  row: number,
): Side | undefined {
  return thresholds && stateOf(values[row * width + width - 1]!, thresholds);
}

/** In the column's own range; undefined when its last value never changes. */
function thresholdsOf({ values, width, rows }: Column) {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < rows; row++) {
    const value = values[row * width + width - 1]!;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min < max ? thresholdsFor(min, max) : undefined;
}

function startSide(state: Column, ends: readonly number[]): Side | undefined {
  const thresholds = thresholdsOf(state);
  const starts = [0, ...ends.slice(0, -1)].map((row) => sideAt(state, thresholds, row));
  return (['upper', 'lower'] as const).find(
    (side) => starts.filter((start) => start === side).length >= MOST_EPISODES * starts.length,
  );
}

function sidesAt(pose: Column, action: Column): Pick<RecordedGripper, 'poses' | 'sides'> {
  const thresholds = thresholdsOf(action);
  const stride = Math.max(1, Math.ceil(action.rows / MAX_ROWS));
  const [poses, sides]: [number[], Side[]] = [[], []];
  for (let row = 0; row < action.rows; row += stride) {
    const side = sideAt(action, thresholds, row);
    if (side === undefined) continue;
    sides.push(side);
    poses.push(...pose.values.subarray(row * pose.width, row * pose.width + 3));
  }
  return { poses: Float64Array.from(poses), sides };
}

function noGripper({ path, columns }: DataSet, least: number): RegripError {
  const shape = columns.get('action')?.shape.join(', ');
  return new JudgeError({
    code: 'data-set-gripper',
    file: path,
    message: `has no gripper to compare with: action is ${shape === undefined ? 'missing' : `[${shape}]`}, but [N, ${least}] is needed`,
    hint: 'Give the data set that regrip convert made from recordings with a gripper.',
  });
}
