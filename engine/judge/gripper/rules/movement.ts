/** Whether the gripper moves at all: constant, never closing, never opening, or only inside a chunk. */
import { counted } from '../../../base/counted.js';
import { hasCommand } from '../facts.js';
import type { GripperFinding, Judged, Rule } from '../finding.js';
import { gripperValueText } from '../finding.js';
import { stateOf } from '../switches.js';

/** In the public logs a grasp comes before step 50; a log with fewer steps than this may end before one. */
const FEW_STEPS = 20;

export const noGripper: Rule = ({ log, facts }) => {
  const { actionDim } = log.summary;
  if (actionDim === undefined || hasCommand(log)) return [];
  const first = log.trace.step[0] ?? null;
  const message =
    facts.min === undefined
      ? `the actions have ${counted(actionDim, 'value')}: a pose without a gripper. The deployed checkpoint has not been adapted: deploy the 8-D one`
      : `the actions have ${counted(actionDim, 'value')}, and the last is the gripper’s width: there is no command from 0 to 1 to check. Record a log with the 8-D checkpoint`;
  return [{ code: 'no-gripper', severity: 'error', step: first, message }];
};

export const constant: Rule = ({ log, facts }) => {
  if (!hasCommand(log) || facts.uniqueValues !== 1) return [];
  const message = `the gripper is ${gripperValueText(facts.min)} at all ${counted(facts.steps, 'step')}: the policy never commands the gripper${afterFew(facts.steps)}. Check that the 8-D checkpoint is deployed and that its training data opens and closes the gripper`;
  return [{ code: 'constant', severity: 'error', step: log.trace.step[0]!, message }];
};

export const neverMoves: Rule = ({ log, facts }) => {
  const { min, max, thresholds, steps } = facts;
  if (!hasCommand(log) || facts.uniqueValues < 2 || facts.switches.length > 0) return [];
  const findings: GripperFinding[] = [];
  const say = (code: 'never-closes' | 'never-opens', text: string) =>
    findings.push({
      code,
      severity: 'error',
      step: null,
      message: `${text}${afterFew(steps)}. ${MOVE_HINT}`,
    });
  if (min! > thresholds.low)
    say(
      'never-closes',
      `the gripper never closes: its smallest value is ${gripperValueText(min)}, and closed means ${thresholds.low} or less`,
    );
  if (max! < thresholds.high)
    say(
      'never-opens',
      `the gripper never opens: its largest value is ${gripperValueText(max)}, and open means ${thresholds.high} or more`,
    );
  return findings;
};

const MOVE_HINT =
  'Many different values alone prove nothing: train longer, or weight the gripper in the loss';

/** The robot carries out several actions of a chunk, but the log's switches count only the first. */
export const insideChunk: Rule = ({ log, facts }) => {
  if (!hasCommand(log) || facts.switches.length > 0 || log.isExecuted) return [];
  const step = firstOtherSide(log.trace, facts);
  if (step === undefined) return [];
  const message = `the gripper crosses the thresholds within the chunk of step ${step}, but never in a first action: the robot moves it only if it executes the whole chunk`;
  return [{ code: 'inside-chunk', severity: 'info', step, message }];
};

function firstOtherSide(
  { chunkMin, chunkMax, step, length }: Judged['log']['trace'],
  facts: Judged['facts'],
) {
  const first =
    stateOf(facts.min ?? Number.NaN, facts.thresholds) ?? stateOf(facts.max ?? Number.NaN, facts.thresholds);
  for (let row = 0; row < length; row++) {
    const isLow = chunkMin[row]! <= facts.thresholds.low;
    const isHigh = chunkMax[row]! >= facts.thresholds.high;
    if ((isLow && isHigh) || (isLow && first === 'upper') || (isHigh && first === 'lower')) return step[row];
  }
  return undefined;
}

/** A short log says less. */
function afterFew(steps: number): string {
  return steps < FEW_STEPS
    ? ` (the log has only ${counted(steps, 'step')}; the run may have ended before a grasp)`
    : '';
}
