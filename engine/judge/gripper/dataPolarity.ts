/** Whether the upper and lower values of a data set's commanded and observed gripper mean the same. */
import type { DataSet } from '../../formats/dataSet.js';
import { poseWidth } from '../../formats/poseLayout.js';
import { blocksOf } from './dataColumns.js';
import type { ColumnRange } from './dataRanges.js';
import { stateOf, type Thresholds, thresholdsFor } from './switches.js';

export const ACTION = 'action';
const STATE = 'robot_gripper_state';
/** Fewer comparable steps prove nothing. */
const LEAST_COMPARED = 10;
/** Fingers lag some steps behind a command, so agreement is never complete; shares in between show nothing. */
const SURE_SHARE = 0.8;

/** Whether the commanded gripper is on the same side as the observed one a step later, each in its own range. */
export interface Polarity {
  readonly verdict: 'agree' | 'opposite' | 'undecided';
  /** Steps at which both are clearly on a side. */
  readonly compared: number;
  readonly agreed: number;
}

/** Compares each command with the state one step later in the same episode; null where either was not read. */
export async function polarityOf(
  data: DataSet,
  ranges: ReadonlyMap<string, readonly ColumnRange[]>,
  signal: AbortSignal | undefined,
): Promise<Polarity | null> {
  const [action, state] = [ranges.get(ACTION), ranges.get(STATE)];
  if (action === undefined || state === undefined) return null;
  if (action.length <= poseWidth(data.columns.get(ACTION)!)) return null;
  const commanded = await sidesOf(data, ACTION, action, signal);
  const observed = await sidesOf(data, STATE, state, signal);
  let [compared, agreed, start] = [0, 0, 0];
  for (const end of data.episodeEnds) {
    for (let step = start; step < end - 1; step++) {
      const [command, next] = [commanded[step]!, observed[step + 1]!];
      if (command === NONE || next === NONE) continue;
      compared++;
      if (command === next) agreed++;
    }
    start = end;
  }
  return { verdict: verdictOf(compared, agreed), compared, agreed };
}

function verdictOf(compared: number, agreed: number): Polarity['verdict'] {
  if (compared < LEAST_COMPARED) return 'undecided';
  if (agreed >= SURE_SHARE * compared) return 'agree';
  return compared - agreed >= SURE_SHARE * compared ? 'opposite' : 'undecided';
}

const NONE = 0;
const LOWER = 1;
const UPPER = 2;

/** The side of the last column at each step, in the column's own range; without a side when it never changes. */
async function sidesOf(
  data: DataSet,
  name: string,
  ranges: readonly ColumnRange[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const width = ranges.length;
  const steps = data.episodeEnds.at(-1) ?? 0;
  const sides = new Uint8Array(steps);
  const { min, max } = ranges.at(-1)!;
  if (min === null || max === null || min === max) return sides;
  const thresholds = thresholdsFor(min, max);
  for await (const { start, rows, values } of blocksOf(data, name, [0, steps], signal))
    for (let row = 0; row < rows; row++)
      sides[start + row] = sideOf(values[row * width + width - 1]!, thresholds);
  return sides;
}

function sideOf(value: number, thresholds: Thresholds): number {
  const state = stateOf(value, thresholds);
  if (state === undefined) return NONE;
  return state === 'upper' ? UPPER : LOWER;
}
