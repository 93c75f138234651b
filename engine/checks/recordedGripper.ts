/** The gripper in the data set: whether there is anything to learn from, and whether command and state mean the same by 0 and 1. */
import { namedDataSet } from './dataSet.js';
import { startOfFile } from './finding.js';
import type { Check } from './table.js';

/** Seven values are a pose; the eighth is the gripper. */
const GRIPPER_COLUMN = 7;

export const recordedGripper: Check = {
  codes: ['gripper-constant', 'gripper-polarity'],
  run: async (context) => {
    const named = namedDataSet(context);
    if (named?.isReplayBuffer !== true) return [];
    const facts = await context.disk.contents(named.path);
    if (facts === undefined || facts.lastAction?.column !== GRIPPER_COLUMN) return [];
    const { lastAction, polarity } = facts;
    const found = (code: 'gripper-constant' | 'gripper-polarity', message: string) => {
      const related = [{ span: startOfFile(named.path), message: `${facts.steps} steps` }];
      return [context.finding(code, context.span(named.key), message, { related })];
    };
    if (lastAction.min !== null && lastAction.min === lastAction.max) {
      const message = `The gripper command is ${lastAction.min} at every step of ${named.path}: the policy can only learn to hold it. Check that action_gripper was recorded, and convert again`;
      return found('gripper-constant', message);
    }
    if (polarity?.verdict !== 'opposite') return [];
    const { agreed, compared } = polarity;
    const message = `At ${compared - agreed} of ${compared} steps of ${named.path} the gripper command is the opposite of robot_gripper_state one step later: 0 and 1 mean different things in the two, and the policy learns to do the wrong one. Swap one of them and convert again`;
    return found('gripper-polarity', message);
  },
};
