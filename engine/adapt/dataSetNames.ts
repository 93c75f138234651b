/** What the new data set says of the poses in it, for a config that does not name their dimensions. */
import { RegripError } from '../base/errors.js';
import { ROTATION_WIDTH, type Rotation } from '../base/rotation.js';
import type { DataSetColumn } from '../formats/dataSet.js';
import { readDataSetHeaders } from '../formats/dataSets.js';
import { POSITION_WIDTH } from '../formats/poseLayout.js';
import { fieldWidths } from '../judge/policy/dimensionNames.js';
import { type Dimensions, laidOut, type RotationForm, type Run } from '../judge/policy/dimensions.js';
import type { PolicySpec } from '../judge/policy/spec.js';

/** The spec with the dimensions of its poses; as it is where the data set cannot be read, which is told where it is needed. */
export async function namedByDataSet<Spec extends PolicySpec>(spec: Spec, dataSet: string): Promise<Spec> {
  const columns = await columnsOf(dataSet);
  const found = [...fieldWidths(spec)].flatMap(([field, width]) => {
    const column = spec.dimensions?.[field] === undefined ? columns?.get(field) : undefined;
    const dimensions = column && poseDimensions(column, width);
    return dimensions === undefined ? [] : [[field, dimensions] as const];
  });
  if (found.length === 0) return spec;
  return { ...spec, dimensions: { ...spec.dimensions, ...Object.fromEntries(found) } };
}

async function columnsOf(path: string): Promise<ReadonlyMap<string, DataSetColumn> | undefined> {
  try {
    return (await readDataSetHeaders(path)).columns;
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}

/** A rotation's name tells its form, so that a later adaptation knows it from the names alone. */
const NAMED: Readonly<Record<Rotation, readonly [string, RotationForm]>> = {
  quaternion: ['quaternion', 'quaternion'],
  '6d': ['rotation_6d', '6-D'],
  'axis-angle': ['axis_angle', 'axis-angle'],
};

function poseDimensions({ rotation, shape }: DataSetColumn, width: number): Dimensions | undefined {
  if (rotation === undefined || shape.length !== 2 || shape[1] !== width) return undefined;
  const rest = width - POSITION_WIDTH - ROTATION_WIDTH[rotation];
  if (rest !== 0 && rest !== 1) return undefined;
  const [name, form] = NAMED[rotation];
  const runs: Run[] = [
    { name: 'position', width: POSITION_WIDTH },
    { name, width: ROTATION_WIDTH[rotation], rotation: form },
  ];
  return laidOut(rest === 0 ? runs : [...runs, { name: 'gripper', width: 1 }]);
}
