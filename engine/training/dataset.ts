/** The replay buffer as training sees it: small columns in memory, images read by rows. */
import { RegripError } from '../base/errors.js';
import type { NdArray } from '../formats/ndarray.js';
import { openReplayBuffer, type ReplayBuffer, type ReplayBufferMetadata } from '../formats/zarr/index.js';
import type { ObservationSpec, PolicySpec } from '../judge/policy/spec.js';
import { rowAt, type Window } from '../judge/windows/windows.js';

/** A low-dimensional array, (rows, width). */
export interface Column {
  readonly width: number;
  readonly values: Float32Array;
}

/** 16 million rows of eight floats; real data sets have tens of thousands. */
const MAX_COLUMN_BYTES = 512 * 2 ** 20;

export class TrainingData {
  private constructor(
    private readonly buffer: ReplayBuffer,
    /** Low-dimensional observations, `action`, and `robot_gripper_state` where the data set has it. */
    readonly columns: ReadonlyMap<string, Column>,
  ) {}

  get episodeEnds(): readonly number[] {
    return this.buffer.episodeEnds;
  }
  get steps(): number {
    return this.buffer.episodeEnds.at(-1) ?? 0;
  }

  /** Opens a data set that `checkDataSet` finds fit for the policy. */
  static async open(path: string, spec: PolicySpec): Promise<TrainingData> {
    const buffer = await openReplayBuffer(path);
    try {
      checkDataSet(buffer, spec);
      const names = new Set(spec.observations.filter((obs) => obs.type === 'low_dim').map((obs) => obs.key));
      names.add('action');
      // The baseline of holding the gripper needs its state even when the policy does not see it.
      if (buffer.arrays.has('robot_gripper_state')) names.add('robot_gripper_state');
      const columns = new Map<string, Column>();
      for (const name of names) columns.set(name, await readColumn(buffer, name));
      return new TrainingData(buffer, columns);
    } catch (error) {
      await buffer.close();
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
    const bytes = this.buffer.arrays
      .get(name)!
      .shape.slice(1)
      .reduce((a, b) => a * b, 1);
    const out = new Uint8Array(rows.length * bytes);
    for (let first = 0; first < rows.length; ) {
      let last = first + 1;
      while (last < rows.length && rows[last] === rows[last - 1]! + 1) last++;
      const run = await this.buffer.readRows(name, rows[first]!, rows[last - 1]! + 1);
      out.set(run.data, first * bytes);
      first = last;
    }
    return out;
  }

  async close(): Promise<void> {
    await this.buffer.close();
  }
}

/** Judges a data set by its headers: the arrays that the policy needs, their shapes a step. Throws `data-set-array`. */
export function checkDataSet(metadata: ReplayBufferMetadata, spec: PolicySpec): void {
  for (const obs of spec.observations) checkArray(metadata, obs.key, rowShape(obs));
  checkArray(metadata, 'action', [spec.actionDim]);
  if ((metadata.episodeEnds.at(-1) ?? 0) === 0)
    throw problem(metadata.path, 'has no steps', 'convert some recordings first');
}

/** Zarr keeps channels last. */
function rowShape(obs: ObservationSpec): number[] {
  if (obs.type === 'low_dim') return [...obs.shape];
  const [channels, height, width] = obs.shape;
  return [height!, width!, channels!];
}

function checkArray(buffer: ReplayBufferMetadata, name: string, expected: readonly number[]): void {
  const array = buffer.arrays.get(name);
  if (array === undefined)
    throw problem(
      buffer.path,
      `has no array ${name} (it has ${[...buffer.arrays.keys()].join(', ')})`,
      'make shape_meta and the data set agree',
    );
  const found = array.shape.slice(1);
  if (found.length === expected.length && found.every((size, axis) => size === expected[axis])) return;
  throw problem(
    buffer.path,
    `array ${name} holds [${found.join(', ')}] a step, the config's shape_meta wants [${expected.join(', ')}]`,
    name === 'action'
      ? 'convert the recordings with the gripper, or set task.shape_meta.action.shape (and the copy below task.dataset)'
      : 'convert at this resolution, or change shape_meta',
  );
}

async function readColumn(buffer: ReplayBuffer, name: string): Promise<Column> {
  const [rows, ...rest] = buffer.arrays.get(name)!.shape;
  const width = rest.reduce((a, b) => a * b, 1);
  if (rows! * width * 4 > MAX_COLUMN_BYTES)
    throw problem(buffer.path, `array ${name} has ${rows} × ${width} values, more than fit into memory`);
  return { width, values: asFloat32(await buffer.readRows(name, 0, rows!), buffer.path, name) };
}

/** The values of an array as float32, whatever numbers it holds. */
function asFloat32(array: NdArray, file: string, name: string): Float32Array {
  const { buffer } = array.data.slice();
  switch (array.dtype) {
    case '<f4':
      return new Float32Array(buffer);
    case '<f8':
      return Float32Array.from(new Float64Array(buffer));
    case '<i8':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case '<i4':
      return Float32Array.from(new Int32Array(buffer));
    case '|u1':
    case '|b1':
      return Float32Array.from(new Uint8Array(buffer));
    default:
      throw problem(file, `array ${name} has dtype ${array.dtype}, expected a number type`);
  }
}

function problem(file: string, message: string, hint?: string): RegripError {
  const facts = { code: 'data-set-array', file, message };
  return new RegripError(hint === undefined ? facts : { ...facts, hint });
}
