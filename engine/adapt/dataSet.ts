/** What the adaptation reads from the new data set: statistics for the normaliser, and how far the old ones differ. */
import { RegripError, throwIfAborted } from '../base/errors.js';
import { type DataSet, type DataSetColumn, type DataSetHeaders, stepValues } from '../formats/dataSet.js';
import { openDataSet, readDataSetHeaders } from '../formats/dataSets.js';
import { rotationNote } from '../formats/poseLayout.js';
import { columnOf } from '../judge/policy/columnOf.js';
import { type FieldStatistics, LimitsFit } from '../judge/policy/limits.js';
import type { NormalizerMode } from '../judge/policy/normalizerMode.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import { AdaptError } from './adaptError.js';

/** Bounds what is in memory at a time: 4 MiB of float32. */
const VALUES_AT_A_TIME = 1 << 20;

/** What says where a field lies: the names of arrays, and which observations are point clouds. */
type Fields = Pick<PolicySpec, 'columns'> & Partial<Pick<PolicySpec, 'observations'>>;

/** The statistics of the named fields, by name, each over the last axis of its array: (N, width), or (N, points, width) of a point cloud. */
export async function fitDataSet(
  path: string,
  fields: ReadonlyMap<string, number>,
  spec: Fields = {},
  signal?: AbortSignal,
): Promise<Map<string, FieldStatistics>> {
  const data = await openDataSet(path);
  try {
    const result = new Map<string, FieldStatistics>();
    for (const [field, width] of fields) {
      const name = columnOf(spec, field, data.columns);
      const isCloud = spec.observations?.some(({ key, type }) => key === field && type === 'point_cloud');
      const wanted = isCloud ? ['points', width] : [width];
      const column = data.columns.get(name);
      if (column === undefined || !holds(column, wanted))
        throw wrongArray(path, name, wanted, column, [...data.columns.keys()]);
      result.set(field, await fitColumn(data, path, name, signal));
    }
    return result;
  } finally {
    await data.close();
  }
}

/** A step's axes, where a word stands for any number. */
function holds({ shape }: DataSetColumn, wanted: readonly (number | string)[]): boolean {
  const step = shape.slice(1);
  const isAlike = step.every((size, axis) => size === wanted[axis] || typeof wanted[axis] === 'string');
  return step.length === wanted.length && isAlike && !shape.includes(0);
}

async function fitColumn(
  data: DataSet,
  path: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<FieldStatistics> {
  const column = data.columns.get(name)!;
  const [rows, perRow] = [column.shape[0]!, stepValues(column)];
  const rowsAtATime = Math.max(1, Math.floor(VALUES_AT_A_TIME / perRow));
  const fit = new LimitsFit(column.shape.at(-1)!);
  for (let start = 0; start < rows; start += rowsAtATime) {
    throwIfAborted(signal);
    const end = Math.min(start + rowsAtATime, rows);
    const values = new Float32Array((end - start) * perRow);
    await data.readRows(name, start, end, values, signal);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw notFinite(path, name, values[bad]!, start + Math.floor(bad / perRow));
    fit.add(values);
  }
  return fit.result();
}

/** Its headers; none where it cannot be read, which is told where it is needed. */
export async function recordedColumns(path: string): Promise<DataSetHeaders['columns']> {
  try {
    return (await readDataSetHeaders(path)).columns;
  } catch (error) {
    if (error instanceof RegripError) return new Map();
    throw error;
  }
}

function notFinite(file: string, name: string, value: number, row: number): RegripError {
  return new AdaptError({
    code: 'data-set-not-finite',
    file,
    message: `${name} is ${value} in row ${row} of all steps: the normaliser would be unusable, and the first loss NaN`,
    hint: 'Convert the recordings again without that episode, or correct the value; regrip check names its episode and step.',
  });
}

function wrongArray(
  file: string,
  name: string,
  wanted: readonly (number | string)[],
  column: DataSetColumn | undefined,
  names: readonly string[],
): RegripError {
  const found =
    column === undefined
      ? `the data set does not have it (it has ${names.join(', ')})`
      : `it has shape [${column.shape.join(', ')}]${rotationNote(column)}`;
  return new AdaptError({
    code: 'data-set-array',
    file,
    message: `the config needs an array ${name} of shape [N, ${wanted.join(', ')}], but ${found}`,
    hint:
      column?.rotation !== undefined
        ? `Set its shape in the config (and in the copy below task.dataset) to [${column.shape.slice(1).join(', ')}], or convert the recordings without --rotation.`
        : name === 'action'
          ? 'Convert the recordings with the gripper (regrip convert), or point the config at such a data set.'
          : 'Make the config’s observations and the data set agree.',
  });
}

/** One kept dimension whose range in the new data set is not the one that its normaliser was fitted on. */
export interface RangeShift {
  readonly field: string;
  /** In the new policy. */
  readonly dimension: number;
  /** Absent where nobody says what it is called. */
  readonly name?: string;
  readonly old: readonly [number, number];
  readonly now: readonly [number, number];
  /** How the kept normaliser maps it; absent where that was not looked at. */
  readonly mode?: NormalizerMode;
  /** Largest absolute value of the new data under the old normaliser; above 1 the sampler's clipping cuts it off. */
  readonly reach: number;
}

/** Equal to float32 rounding counts as equal. */
const SAME_RANGE = 1e-6;

/** Compares the dimensions of a field that the old normaliser knows; `from` gives the old one of each new one, the same places if absent. */
export function rangeShifts(
  field: string,
  old: Pick<FieldStatistics, 'min' | 'max' | 'scale' | 'offset'>,
  now: Pick<FieldStatistics, 'min' | 'max'>,
  from: readonly (number | null)[] = [...old.min.keys()],
  nameOf: (dimension: number) => string | undefined = () => undefined,
): RangeShift[] {
  return from.flatMap((source, dimension): RangeShift[] => {
    if (source === null || source >= old.min.length || dimension >= now.min.length) return [];
    const ends = [now.min[dimension]!, now.max[dimension]!] as const;
    const before = [old.min[source]!, old.max[source]!] as const;
    const tolerance = SAME_RANGE * Math.max(1, before[1] - before[0]);
    if (before.every((end, side) => Math.abs(end - ends[side]!) <= tolerance)) return [];
    const reach = Math.max(...ends.map((x) => Math.abs(x * old.scale[source]! + old.offset[source]!)));
    const name = nameOf(dimension);
    return [{ field, dimension, ...(name !== undefined && { name }), old: before, now: ends, reach }];
  });
}
