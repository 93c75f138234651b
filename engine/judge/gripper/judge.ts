/** The verdict on a log, and its findings. */
import { isChatter } from './chatter.js';
import type { RecordedGripper } from './dataSet.js';
import { factsOf, type GripperFacts, hasCommand } from './facts.js';
import type { GripperFinding, Judged } from './finding.js';
import { RULES } from './rules/table.js';
import { type Thresholds, UNIT_THRESHOLDS } from './switches.js';
import type { GripperLog } from './trace.js';

/** `drifts`: varies, but never crosses both thresholds. */
export type Verdict = 'switches' | 'constant' | 'drifts' | 'chatters' | 'no-gripper' | 'unreadable';

export interface GripperJudgement {
  readonly facts: GripperFacts;
  readonly verdict: Verdict;
  readonly findings: readonly GripperFinding[];
}

/**
 * Judges the gripper of a log. What is compared with the thresholds is the last value of the *first* action of each chunk (8, 8): one
 * value per inference, unprocessed. A value between the thresholds keeps the state, the first value outside them sets it. A log of
 * the robot's client is judged by every action that was carried out; steps and dwells count inferences there too. `recorded` adds the
 * comparison with a data set.
 */
export function judgeGripper(
  log: GripperLog,
  thresholds: Thresholds = UNIT_THRESHOLDS,
  recorded?: RecordedGripper,
): GripperJudgement {
  const facts = factsOf(log, thresholds);
  const judged: Judged = { log, facts, recorded };
  return { facts, verdict: verdictOf(log, facts), findings: RULES.flatMap((rule) => rule(judged)) };
}

function verdictOf(log: GripperLog, facts: GripperFacts): Verdict {
  if (log.summary.actionDim !== undefined && !hasCommand(log)) return 'no-gripper';
  if (facts.min === undefined) return 'unreadable';
  if (isChatter(facts.dwells)) return 'chatters';
  if (facts.switches.length > 0) return 'switches';
  return facts.uniqueValues === 1 ? 'constant' : 'drifts';
}
