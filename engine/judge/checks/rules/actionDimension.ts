/** The action's dimension in the config against the data set's: 7 is a pose, 8 a pose and the gripper. */

import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { convertFix } from '../jobFixes.js';
import { actionSizes, columnNamed, type Sizes } from '../shapeMeta.js';
import { dataSetHeaders } from './dataSet.js';

export const actionDimension: Check = {
  run: async (context) => {
    const sizes = actionSizes(context);
    const data = await dataSetHeaders(context);
    if (sizes?.shape?.length !== 1 || data === undefined) return [];
    const name = columnNamed(context, 'action');
    const array = data.headers.columns.get(name)?.shape;
    if (array === undefined)
      return [noAction(context, sizes.path, data.path, name, [...data.headers.columns.keys()])];
    const [, width] = array;
    return width === undefined || width === sizes.shape[0]
      ? []
      : [differs(context, sizes, sizes.shape[0]!, width, data.path)];
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

function differs(context: CheckContext, sizes: Sizes, here: number, there: number, file: string): Finding {
  const message = `The config says ${here}-D actions, the data set ${file} has ${there}-D ones: ${consequence(here, there)}`;
  const related = [{ span: startOfFile(file), message: `action has ${there} columns` }];
  const fixes = [
    ...fixOf(`Use ${there} action dimensions`, context.replace(sizes.axisPath(0), String(there))),
    ...convertFix(context, `Convert the recordings again, with ${here}-D actions…`, file),
  ];
  return context.finding('action-dim-mismatch', context.span(sizes.path), message, { related, fixes });
}

function consequence(here: number, there: number): string {
  if (here === 7 && there === 8)
    return 'the gripper in it is never learned, and training will fail on the first batch';
  if (here === 8 && there === 7)
    return 'it was converted without the gripper, and training will fail on the first batch. Convert the recordings again';
  return 'training will fail on the first batch';
}
