/** Traces of the server: errors that it hides as zeros or as missing steps, and a 7-D policy that it dresses up as 8-D. */
import { hasCommand } from '../facts.js';
import { type Rule, stepsText } from '../finding.js';

export const zeroRows: Rule = ({ log: { zeroRows: found } }) => {
  if (found.count === 0) return [];
  const message = `all values are zero at ${stepsText(found.steps, found.count)}: the server failed there and answered a null quaternion with a closed gripper. Read its output of that time, and let the robot refuse such actions`;
  return [{ code: 'zero-rows', severity: 'error', step: found.steps[0]!, message }];
};

export const stepGaps: Rule = ({ log: { gaps, isExecuted } }) => {
  if (gaps.count === 0) return [];
  const shown = gaps.pairs.slice(0, 4).map(([before, step]) => `${before} → ${step}`);
  const more = gaps.count > shown.length ? ` and ${gaps.count - shown.length} more` : '';
  const reason = isExecuted
    ? 'answers between were never carried out, or two runs lie in one file'
    : 'a step that fails on the server is not logged, or two runs lie in one file';
  const message = `the numbers of the steps jump (${shown.join(', ')}${more}): ${reason}. Dwell times across a jump are not to be trusted`;
  return [{ code: 'step-gaps', severity: 'warning', step: gaps.pairs[0]![1], message }];
};

export const echo: Rule = ({ log, facts }) => {
  if (!hasCommand(log) || facts.steps === 0 || log.echoes < facts.steps) return [];
  const message =
    'every command repeats the gripper state that came in: the server fills the answers of a 7-D policy that way. Check that the deployed checkpoint is the 8-D one';
  return [{ code: 'echo', severity: 'warning', step: log.trace.step[0]!, message }];
};
