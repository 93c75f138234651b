/** Whether 0 and 1 mean the same in the log and in a data set. */
import type { RecordedGripper } from '../dataSet.js';
import { hasCommand } from '../facts.js';
import type { GripperFinding, Judged, Rule } from '../finding.js';
import { stateOf, type Thresholds, UNIT_THRESHOLDS } from '../switches.js';
import type { GripperTrace } from '../trace.js';

/** A log's steps that are compared: enough for a share, and a bound on the work. */
const MAX_COMPARED = 500;
/** Metres. A recorded pose closer than this shows what the gripper should do. */
const NEAR = 0.03;
/** Fewer comparable steps prove nothing. */
const LEAST_COMPARED = 10;
/** An inverted gripper agrees almost nowhere; a bad policy agrees about half the time. */
const INVERTED_BELOW = 0.2;

export const polarity: Rule = (judged) => {
  const { log, recorded } = judged;
  if (recorded === undefined || !hasCommand(log)) return [];
  return [...observedAtStart(judged, recorded), ...commandsAtPoses(judged, recorded)];
};

/** At the start of a run the policy observes a gripper state that recordings never begin with. */
function observedAtStart({ log }: Judged, recorded: RecordedGripper): GripperFinding[] {
  const { stateGripper, step } = log.trace;
  const row = stateGripper.findIndex((value) => stateOf(value, UNIT_THRESHOLDS) !== undefined);
  if (row < 0 || recorded.startState === undefined) return [];
  if (stateOf(stateGripper[row]!, UNIT_THRESHOLDS) === recorded.startState) return [];
  const message = `the observed gripper begins at ${stateGripper[row]}, the recordings in ${recorded.path} begin at ${recorded.startState === 'upper' ? 'their upper' : 'their lower'} value: 0 and 1 are swapped between the recorder and the robot, or the run began with an object in the gripper. The robot’s client treats 1 as open`;
  return [{ code: 'polarity', severity: 'error', step: step[row]!, message }];
}

/** At positions that were recorded, the command is the opposite of the recorded one. */
function commandsAtPoses({ log, facts }: Judged, recorded: RecordedGripper): GripperFinding[] {
  const { compared, agreed, sides } = compare(log.trace, recorded, facts.thresholds);
  // A gripper that never moves is reported as such; here it would disagree everywhere by being on the wrong side.
  if (compared < LEAST_COMPARED || sides.size < 2 || agreed >= INVERTED_BELOW * compared) return [];
  const message = `at ${compared - agreed} of ${compared} steps the command is the opposite of the one recorded in ${recorded.path} at the same position: 0 and 1 are swapped. Convert the recordings again, or invert the command on the robot`;
  return [{ code: 'polarity', severity: 'error', step: log.trace.step[0]!, message }];
}

function compare(trace: GripperTrace, recorded: RecordedGripper, thresholds: Thresholds) {
  const stride = Math.max(1, Math.ceil(trace.length / MAX_COMPARED));
  const sides = new Set<string>();
  let [compared, agreed] = [0, 0];
  for (let row = 0; row < trace.length; row += stride) {
    const side = stateOf(trace.gripper[row]!, thresholds);
    const other = side && nearestSide(trace.x[row]!, trace.y[row]!, trace.z[row]!, recorded);
    if (side === undefined || other === undefined) continue;
    sides.add(side);
    compared++;
    if (side === other) agreed++;
  }
  return { compared, agreed, sides };
}

function nearestSide(x: number, y: number, z: number, { poses, sides }: RecordedGripper) {
  let [nearest, least] = [-1, NEAR ** 2];
  for (let row = 0; row < sides.length; row++) {
    const distance =
      (poses[row * 3]! - x) ** 2 + (poses[row * 3 + 1]! - y) ** 2 + (poses[row * 3 + 2]! - z) ** 2;
    if (distance < least) [nearest, least] = [row, distance];
  }
  return sides[nearest];
}
