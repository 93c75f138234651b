/** The action's dimension in the config against the data set's: a pose, whose rotation has several forms, and the gripper. */
import type { Rotation } from '../../../base/rotation.js';
import type { DataSetColumn } from '../../../formats/dataSet.js';
import { poseWidth, rotationNote, rotationOfWidth } from '../../../formats/poseLayout.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { convertMakes } from '../dataSetOrigin.js';
import { type Finding, startOfFile } from '../finding.js';
import { convertFix } from '../jobFixes.js';
import { actionSizes, columnNamed, isAnArray, type Sizes } from '../shapeMeta.js';
import { dataSetHeaders } from './dataSet.js';

export const actionDimension: Check = {
  run: async (context) => {
    const sizes = actionSizes(context);
    const data = await dataSetHeaders(context);
    if (sizes?.shape?.length !== 1 || data === undefined || !isAnArray(context)) return [];
    const name = columnNamed(context, 'action');
    const column = data.headers.columns.get(name);
    if (column === undefined)
      return [noAction(context, sizes.path, data.path, name, [...data.headers.columns.keys()])];
    const [, width] = column.shape;
    return width === undefined || width === sizes.shape[0]
      ? []
      : [differs(context, sizes, column, data.path)];
  },
};

function noAction(
  context: CheckContext,
  path: string,
  file: string,
  name: string,
  names: readonly string[],
): Finding {
  const message = `The data set ${file} has no array ${name} (it has ${names.join(', ')}): there is nothing to learn from`;
  const fixes = convertFix(context, 'Convert the recordings again…', file);
  return context.finding('action-dim-mismatch', context.span(path), message, { fixes });
}

function differs(context: CheckContext, sizes: Sizes, column: DataSetColumn, file: string): Finding {
  const [here, there] = [sizes.shape![0]!, column.shape[1]!];
  const note = rotationNote(column);
  const rotation = convertMakes(context, file) ? convertedAs(here, column) : undefined;
  const consequences = consequence(here, column, rotation);
  const message = `The config says ${here}-D actions, the data set ${file} has ${there}-D ones${note}: ${consequences}`;
  const related = [{ span: startOfFile(file), message: `action has ${there} columns${note}` }];
  const fixes = [
    ...fixOf(`Use ${there} action dimensions`, context.replace(sizes.axisPath(0), String(there))),
    ...convertFix(context, `Convert the recordings again, with ${here}-D actions…`, file),
  ];
  return context.finding('action-dim-mismatch', context.span(sizes.path), message, { related, fixes });
}

function consequence(here: number, column: DataSetColumn, rotation: Rotation | undefined): string {
  const fails = 'training will fail on the first batch';
  const [there, pose] = [column.shape[1]!, poseWidth(column)];
  if (here === pose && there === pose + 1) return `the gripper in it is never learned, and ${fails}`;
  if (here === pose + 1 && there === pose)
    return `it was converted without the gripper, and ${fails}. Convert the recordings again`;
  return rotation === undefined
    ? fails
    : `${fails}. With --rotation ${rotation}, regrip convert writes ${here}-D actions from the same recordings`;
}

/** The representation of rotations with which the same recordings give actions of this width; undefined where none does. */
function convertedAs(width: number, column: DataSetColumn): Rotation | undefined {
  const gripper = column.shape[1]! - poseWidth(column);
  return gripper === 0 || gripper === 1 ? rotationOfWidth(width, gripper === 1, column.rotation) : undefined;
}
