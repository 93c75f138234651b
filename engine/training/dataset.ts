/** The data set as training sees it: small columns in memory, frames read by steps. */

import type { Rotation } from '../base/rotation.js';
import { type DataSet, type DataSetHeaders, stepValues } from '../formats/dataSet.js';
import { openDataSet } from '../formats/dataSets.js';
import { rotationNote } from '../formats/poseLayout.js';
import { columnOf } from '../judge/policy/columnOf.js';
import { familyOfSpec } from '../judge/policy/families.js';
import type { ObservationSpec, PolicySpec } from '../judge/policy/spec.js';
import { rowAt, type Window } from '../judge/windows/windows.js';
import { TrainingError } from './trainingError.js';

/** A low-dimensional array, (rows, width). */
export interface Column {
  readonly width: number;
  readonly values: Float32Array;
  /** Of poses, where the data set says how their rotations are written. */
  readonly rotation?: Rotation;
}

/** What a policy looks at. */
export type Looks = Pick<PolicySpec, 'observations' | 'actionDim'> &
  Partial<Pick<PolicySpec, 'family'>> &
  Pick<PolicySpec, 'columns'>;

/** 16 million rows of eight floats; real data sets have tens of thousands. */
const MAX_COLUMN_BYTES = 512 * 2 ** 20;

export class TrainingData {
  private constructor(
    private readonly data: DataSet,
    /** Low-dimensional observations, `action`, and `robot_gripper_state` where the data set has it. */
    readonly columns: ReadonlyMap<string, Column>,
  ) {}

  get episodeEnds(): readonly number[] {
    return this.data.episodeEnds;
  }
  get steps(): number {
    return this.data.episodeEnds.at(-1) ?? 0;
  }

  /** Opens a data set that `checkDataSet` finds fit for the policy. */
  static async open(path: string, spec: Looks): Promise<TrainingData> {
    const data = await openDataSet(path);
    try {
      checkDataSet(data, spec);
      for (const { type, key } of spec.observations) if (type === 'rgb') checkFrames(data, key);
      const names = new Set(spec.observations.filter((obs) => obs.type === 'low_dim').map((obs) => obs.key));
      names.add('action');
      // The baseline of holding the gripper needs its state even when the policy does not see it.
      if (data.columns.has('robot_gripper_state')) names.add('robot_gripper_state');
      const columns = new Map<string, Column>();
      for (const name of names) columns.set(name, await readColumn(data, columnOf(spec, name, data.columns)));
      return new TrainingData(data, columns);
    } catch (error) {
      await data.close();
      throw error;
    }
  }

  /** Steps `from` … `to` - 1 of each window of one column, (windows, to - from, width). */
  slices(name: string, windows: readonly Window[], from: number, to: number): Float32Array {
    const { width, values } = this.columns.get(name)!;
    const count = to - from;
    const out = new Float32Array(windows.length * count * width);
    let at = 0;
    for (const window of windows)
      for (let step = from; step < to; step++, at += width) {
        const row = rowAt(window, step);
        out.set(values.subarray(row * width, (row + 1) * width), at);
      }
    return out;
  }

  /** The frames of the first `obsSteps` steps of each window, (windows · obsSteps, H, W, 3). */
  async frames(name: string, windows: readonly Window[], obsSteps: number): Promise<Uint8Array> {
    const rows = windows.flatMap((window) =>
      Array.from({ length: obsSteps }, (_, step) => rowAt(window, step)),
    );
    return this.frameRows(name, rows);
  }

  async frameRows(name: string, rows: readonly number[]): Promise<Uint8Array> {
    const frames = new Uint8Array(rows.length * stepValues(this.data.columns.get(name)!));
    await this.data.readFrames(name, rows, frames);
    return frames;
  }

  async close(): Promise<void> {
    await this.data.close();
  }
}

/** Judges a data set by its headers: the arrays that the policy needs, their shapes a step. Throws `data-set-array`. */
export function checkDataSet(headers: DataSetHeaders, spec: Looks): void {
  const family = spec.family === undefined ? undefined : familyOfSpec({ family: spec.family });
  const widths = family?.columnWidths;
  for (const obs of spec.observations) {
    const column = columnOf(spec, obs.key, headers.columns);
    const found = headers.columns.get(column)?.shape.slice(1) ?? [];
    const serves = servesAnyway(found, obs, family?.resizesImages === true);
    const wanted = serves ? found : stepShape(obs);
    checkColumn(headers, column, wanted, widths?.[obs.key]);
  }
  checkColumn(headers, columnOf(spec, 'action'), [spec.actionDim], widths?.['action']);
  if ((headers.episodeEnds.at(-1) ?? 0) === 0)
    throw problem(headers.path, 'has no steps', 'convert some recordings first');
}

/** A policy takes any number of points, and leaves values of them out that it does not look at; some resize images. */
function servesAnyway(
  found: readonly number[],
  { type, shape }: ObservationSpec,
  resizesImages: boolean,
): boolean {
  if (type === 'point_cloud') return found.length === 2 && found[1]! >= shape[1]!;
  return type === 'rgb' && resizesImages && found.length === 3 && found[2] === shape[0];
}

/** Data sets keep channels last. */
function stepShape(obs: ObservationSpec): number[] {
  if (obs.type !== 'rgb') return [...obs.shape];
  const [channels, height, width] = obs.shape;
  return [height!, width!, channels!];
}

/** `setting`: the dotted path that gives its width; without one `shape_meta` does. */
function checkColumn(
  { path, columns }: DataSetHeaders,
  name: string,
  expected: readonly number[],
  setting: string | undefined,
): void {
  const column = columns.get(name);
  if (column === undefined)
    throw problem(
      path,
      `has no array ${name} (it has ${[...columns.keys()].join(', ')})`,
      setting === undefined
        ? 'make shape_meta and the data set agree'
        : `write it into the data set as one array, or train with the project's own data set class (--runner python)`,
    );
  const found = column.shape.slice(1);
  if (found.length === expected.length && found.every((size, axis) => size === expected[axis])) return;
  throw problem(
    path,
    `array ${name} holds [${found.join(', ')}] a step${rotationNote(column)}, the config's ${setting ?? 'shape_meta'} wants [${expected.join(', ')}]`,
    setting !== undefined
      ? `make ${setting} and the data set agree`
      : column.rotation !== undefined
        ? `set shape_meta (and the copy below task.dataset) to [${found.join(', ')}], or convert without --rotation`
        : name === 'action'
          ? 'convert the recordings with the gripper, or set task.shape_meta.action.shape (and the copy below task.dataset)'
          : 'convert at this resolution, or change shape_meta',
  );
}

async function readColumn(data: DataSet, name: string): Promise<Column> {
  const column = data.columns.get(name)!;
  const [rows, width] = [column.shape[0]!, stepValues(column)];
  if (rows * width * 4 > MAX_COLUMN_BYTES)
    throw problem(data.path, `array ${name} has ${rows} × ${width} values, more than fit into memory`);
  const values = new Float32Array(rows * width);
  await data.readRows(name, 0, rows, values);
  return { width, values, ...(column.rotation && { rotation: column.rotation }) };
}

/** The user's own train.py may read others; here they would end the training at the first batch. */
function checkFrames({ path, columns }: DataSetHeaders, name: string): void {
  const { dtype } = columns.get(name)!;
  if (dtype === '|u1') return;
  throw problem(
    path,
    `array ${name} has dtype ${dtype}, but frames are read as bytes from 0 to 255 (|u1)`,
    'convert the recordings again (regrip convert), which stores frames as bytes',
  );
}

function problem(file: string, message: string, hint?: string): TrainingError {
  const facts = { code: 'data-set-array', file, message } as const;
  return new TrainingError(hint === undefined ? facts : { ...facts, hint });
}
