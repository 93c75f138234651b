/** What a data set says of the poses in it, for policies whose configs do not name their dimensions. */
import { ROTATION_REP, ROTATION_WIDTH } from '../../base/rotation.js';
import type { DataSetColumn, DataSetHeaders } from '../../formats/dataSet.js';
import { POSITION_WIDTH } from '../../formats/poseLayout.js';
import { columnOf } from '../policy/columnOf.js';
import { fieldWidths } from '../policy/dimensionNames.js';
import { type Dimensions, laidOut, ROTATION_FORMS, type Run } from '../policy/dimensions.js';
import type { PolicySpec } from '../policy/spec.js';
import { type Policies, withSamePoses } from './samePoses.js';

/** `renames` are old observation keys and new ones. */
export function withRecordedPoses(
  { old, spec }: Policies,
  columns: DataSetHeaders['columns'],
  renames: ReadonlyMap<string, string>,
): Policies {
  return withSamePoses({ old, spec: namedByColumns(spec, columns) }, spec, renames);
}

/** The spec with the dimensions of its poses. */
export function namedByColumns<Spec extends PolicySpec>(
  spec: Spec,
  columns: DataSetHeaders['columns'],
): Spec {
  const found = [...fieldWidths(spec)].flatMap(([field, width]) => {
    const column = spec.dimensions?.[field] === undefined ? columns.get(columnOf(spec, field)) : undefined;
    const dimensions = column && poseDimensions(column, width);
    return dimensions === undefined ? [] : [[field, dimensions] as const];
  });
  if (found.length === 0) return spec;
  return { ...spec, dimensions: { ...spec.dimensions, ...Object.fromEntries(found) } };
}

/** A rotation's name tells its form, so that a later adaptation knows it from the names alone. */
function poseDimensions({ rotation, shape }: DataSetColumn, width: number): Dimensions | undefined {
  if (rotation === undefined || shape.length !== 2 || shape[1] !== width) return undefined;
  const rest = width - POSITION_WIDTH - ROTATION_WIDTH[rotation];
  if (rest !== 0 && rest !== 1) return undefined;
  const runs: Run[] = [
    { name: 'position', width: POSITION_WIDTH },
    { name: ROTATION_REP[rotation], width: ROTATION_WIDTH[rotation], rotation: ROTATION_FORMS[rotation] },
  ];
  return laidOut(rest === 0 ? runs : [...runs, { name: 'gripper', width: 1 }]);
}
