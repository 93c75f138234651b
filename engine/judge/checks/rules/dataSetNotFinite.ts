/** NaN and infinity in the data set: of what the policy reads they make its first loss NaN, and its normaliser before. */
import { notFiniteArrays } from '../../gripper/dataNotFinite.js';
import type { Check } from '../check.js';
import { startOfFile } from '../finding.js';
import { columnNamed, observations } from '../shapeMeta.js';
import { namedDataSet } from './dataSet.js';

export const dataSetNotFinite: Check = {
  run: async (context) => {
    const named = namedDataSet(context);
    if (named?.isRead !== true) return [];
    const facts = await context.disk.contents(named.path);
    if (facts === undefined) return [];
    const read = new Set([
      columnNamed(context, 'action'),
      ...observations(context).flatMap(({ columns }) => columns),
    ]);
    const related = [{ span: startOfFile(named.path), message: `${facts.steps} steps` }];
    return notFiniteArrays(facts).map(({ array, text }) => {
      const isRead = read.has(array);
      const follows = isRead
        ? 'the normaliser and the first loss will be NaN. Convert the recordings again without that episode, or correct the values'
        : 'the policy does not read this column, but check the recording';
      const code = isRead ? 'dataset-not-finite' : 'column-not-finite';
      return context.finding(code, context.span(named.key), `In ${named.path} ${text}: ${follows}`, {
        related,
      });
    });
  },
};
