/** What is wrong with the gripper of a data set, in words: one that never changes, and a command that contradicts its state. */
import { poseWidth } from '../../formats/poseLayout.js';
import type { DataSetFacts } from './dataFacts.js';

interface GripperProblem {
  readonly code: 'gripper-constant' | 'gripper-polarity';
  readonly message: string;
}

/** `name` is how the message calls the data set. Undefined where the actions do not have a gripper. */
export function gripperProblem(
  { lastAction, polarity }: DataSetFacts,
  name: string,
): GripperProblem | undefined {
  if (lastAction === null || lastAction.column !== (lastAction.poseWidth ?? poseWidth({}))) return undefined;
  if (lastAction.min !== null && lastAction.min === lastAction.max) {
    const message = `The gripper command is ${lastAction.min} at every step of ${name}: the policy can only learn to hold that value. Check that action_gripper was recorded, and convert again`;
    return { code: 'gripper-constant', message };
  }
  if (polarity?.verdict !== 'opposite') return undefined;
  const { agreed, compared } = polarity;
  const message = `At ${compared - agreed} of ${compared} steps of ${name} the gripper command is the opposite of robot_gripper_state one step later: 0 and 1 mean different things in the two, so the policy would learn a command that contradicts the state it sees. Invert one of them and convert again`;
  return { code: 'gripper-polarity', message };
}
