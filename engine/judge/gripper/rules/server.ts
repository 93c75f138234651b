/** Traces of the server: errors that it hides as zeros or as missing steps, and a 7-D policy that it presents as 8-D. */
import { hasCommand } from '../facts.js';
import { type Rule, stepsText } from '../finding.js';

export const zeroRows: Rule = ({ log: { zeroRows: found } }) => {
  if (found.count === 0) return [];
  const message = `all values are zero at ${stepsText(found.steps, found.count)}: the server failed there and returned a zero quaternion with a closed gripper. Check its output from that time, and make the robot refuse such actions`;
  return [{ code: 'zero-rows', severity: 'error', step: found.steps[0]!, message }];
};

export const stepGaps: Rule = ({ log: { gaps, isExecuted } }) => {
  if (gaps.count === 0) return [];
  const shown = gaps.pairs.slice(0, 4).map(([before, step]) => `${before} → ${step}`);
  const more = gaps.count > shown.length ? ` and ${gaps.count - shown.length} more` : '';
  const reason = isExecuted
    ? 'the actions in between were never executed, or the file holds two runs'
    : 'steps that fail on the server are not logged, or the file holds two runs';
  const message = `the step numbers jump (${shown.join(', ')}${more}): ${reason}. Do not trust dwell times across a jump`;
  return [{ code: 'step-gaps', severity: 'warning', step: gaps.pairs[0]![1], message }];
};

export const echo: Rule = ({ log, facts }) => {
  if (!hasCommand(log) || facts.steps === 0 || log.echoes < facts.steps) return [];
  const message =
    'every command repeats the observed gripper state: this is how the server pads the actions of a 7-D policy. Check that the 8-D checkpoint is deployed';
  return [{ code: 'echo', severity: 'warning', step: log.trace.step[0]!, message }];
};
