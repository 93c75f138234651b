/** The gripper in the data set: whether there is anything to learn from, and whether command and state mean the same by 0 and 1. */
import { counted } from '../../../base/counted.js';
import { gripperProblem } from '../../gripper/dataProblems.js';
import type { Check } from '../check.js';
import { startOfFile } from '../finding.js';
import { namedDataSet } from './dataSet.js';

export const recordedGripper: Check = {
  run: async (context) => {
    const named = namedDataSet(context);
    if (named?.isRead !== true) return [];
    const facts = await context.disk.contents(named.path);
    const problem = facts && gripperProblem(facts, named.path);
    if (problem === undefined) return [];
    const related = [{ span: startOfFile(named.path), message: `${counted(facts!.steps, 'step')}` }];
    return [context.finding(problem.code, context.span(named.key), problem.message, { related })];
  },
};
