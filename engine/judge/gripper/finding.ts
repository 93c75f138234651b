/** A finding in a log, and what a rule is. */
import { rounded } from '../../base/numberText.js';
import type { RecordedGripper } from './dataSet.js';
import type { GripperFacts } from './facts.js';
import type { GripperLog } from './trace.js';

type Severity = 'error' | 'warning' | 'info';

type FindingCode =
  | 'unreadable'
  | 'empty'
  | 'truncated'
  | 'damaged'
  | 'malformed'
  | 'no-gripper'
  | 'constant'
  | 'never-closes'
  | 'never-opens'
  | 'inside-chunk'
  | 'chatter'
  | 'short-dwell'
  | 'echo'
  | 'zero-rows'
  | 'step-gaps'
  | 'not-finite'
  | 'range'
  | 'metres'
  | 'quaternion'
  | 'polarity';

export interface GripperFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The log's own number of the first step concerned; null when the finding is about the whole log. */
  readonly step: number | null;
  /** What was found, what follows from it, what to do. */
  readonly message: string;
}

export interface Judged {
  readonly log: GripperLog;
  readonly facts: GripperFacts;
  /** The data set that the log is compared with, if one was given. */
  readonly recorded: RecordedGripper | undefined;
}

/** One rule; it may return any number of findings. */
export type Rule = (judged: Judged) => readonly GripperFinding[];

/** `step 3`, or `steps 3, 4, 5, 9, 12 and 7 more`. */
export function stepsText(steps: readonly number[], count = steps.length): string {
  if (count === 1) return `step ${steps[0]}`;
  const shown = steps.slice(0, MAX_SHOWN);
  const more = count - shown.length;
  return `steps ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** How many steps a message lists. */
export const MAX_SHOWN = 8;

/** A gripper value for a person, with six digits so that 0.9998 is not shown as 1. */
export function gripperValueText(value: number | undefined): string {
  return rounded(value, 6);
}
