/** Impossible values for a gripper or a pose: not finite, out of range, in metres, quaternions not of unit length. */
import { fixed } from '../../../base/numberText.js';
import { hasCommand } from '../facts.js';
import { gripperValueText, type Rule, stepsText } from '../finding.js';

/** Normalising back and forth gives ± 7e-6 in the public logs; this is far above, and far below what moves a gripper. */
const RANGE_TOLERANCE = 0.05;
/** Metres. No gripper in use opens wider; the client opens to 0.09. */
const WIDEST_METRES = 0.15;
/** Metres. Closed commands in the public logs reach 0.0026; an open gripper is wider than this. */
const LEAST_METRES = 0.02;

export const notFinite: Rule = ({ log: { nonFinite: found } }) => {
  if (found.count === 0) return [];
  const message = `actions are NaN or infinite at ${stepsText(found.steps, found.count)}: the policy diverged or its normaliser is broken. Do not run this checkpoint on the robot`;
  return [{ code: 'not-finite', severity: 'error', step: found.steps[0]!, message }];
};

export const range: Rule = ({ log, facts }) => {
  // A user who gives other thresholds knows the range.
  if (!hasCommand(log) || facts.min === undefined || facts.thresholds.high > 1) return [];
  const isOutside = (value: number) => value < -RANGE_TOLERANCE || value > 1 + RANGE_TOLERANCE;
  const row = log.trace.gripper.findIndex(isOutside);
  if (row < 0) return [];
  const count = log.trace.gripper.reduce((sum, value) => sum + (isOutside(value) ? 1 : 0), 0);
  const extent = `${gripperValueText(facts.min)} … ${gripperValueText(facts.max)}`;
  const message = `${count} gripper values lie outside 0 … 1 (${extent}): they are in other units, or were normalised for other data. If the range is intended, give --low and --high`;
  return [{ code: 'range', severity: 'warning', step: log.trace.step[row]!, message }];
};

/** Skipped where the thresholds are in metres already, or the observed gripper exceeds any width. */
export const metres: Rule = ({ log, facts }) => {
  const { min, max } = facts;
  if (min === undefined || min < -0.005 || max! > WIDEST_METRES || max! < LEAST_METRES) return [];
  if (facts.thresholds.high < WIDEST_METRES) return [];
  if (log.trace.stateGripper.some((value) => value > WIDEST_METRES)) return [];
  const extent = `${fixed(min, 3)} … ${fixed(max, 3)}`;
  const advice = hasCommand(log)
    ? 'The robot’s client treats everything up to 0.5 as closed, so it would never open: convert the recordings to 0 and 1, or give --low and --high in metres'
    : 'The robot’s client now expects a command from 0 to 1';
  const message = `the gripper’s values (${extent}) look like a width in metres. ${advice}`;
  return [{ code: 'metres', severity: 'warning', step: log.trace.step[0]!, message }];
};

export const quaternion: Rule = ({ log: { quaternions: found } }) => {
  if (found.count === 0) return [];
  const message = `an action’s quaternion is not of unit length at ${stepsText(found.steps, found.count)} (worst ${fixed(found.worst, 3)}): the rotation there is unreliable. Normalise it before sending it to the robot, and check the order x y z qx qy qz qw`;
  return [{ code: 'quaternion', severity: 'warning', step: found.steps[0]!, message }];
};
