/** The report on one log, the same in the terminal's JSON and in the editor. */
import type { InferenceLogError } from '../../formats/inferenceLog/index.js';
import type { GripperFinding } from './finding.js';
import type { GripperJudgement, Verdict } from './judge.js';
import type { GripperLog } from './trace.js';

export interface GripperReport {
  readonly file: string;
  /** `steps`, `inputs/outputs` or `trajectory_log`; null when the log is unreadable. */
  readonly layout: string | null;
  /** The policy that was run, where the log names it. */
  readonly checkpoint: string | null;
  /** Judged steps: inferences, or in a log of the robot's client the actions that were carried out. */
  readonly steps: number;
  readonly actionDim: number | null;
  /** Taken from the first action of each chunk, like the next three. */
  readonly min: number | null;
  readonly max: number | null;
  readonly uniqueValues: number;
  readonly changes: number;
  readonly switches: number;
  readonly switchSteps: readonly number[];
  /** Steps from each switch to the next. */
  readonly dwells: readonly number[];
  readonly verdict: Verdict;
  readonly findings: readonly GripperFinding[];
}

export function reportOf(
  file: string,
  { summary }: GripperLog,
  { facts, verdict, findings }: GripperJudgement,
): GripperReport {
  const { steps, min, max, uniqueValues, changes, switches, dwells } = facts;
  return {
    file,
    layout: summary.layout,
    checkpoint: summary.checkpoint ?? null,
    steps,
    actionDim: summary.actionDim ?? null,
    min: min ?? null,
    max: max ?? null,
    uniqueValues,
    changes,
    switches: switches.length,
    switchSteps: switches.map(({ step }) => step),
    dwells,
    verdict,
    findings,
  };
}

export function unreadableReport(file: string, { reason, hint }: InferenceLogError): GripperReport {
  const message = hint === undefined ? reason : `${reason}. ${hint}`;
  return {
    file,
    layout: null,
    checkpoint: null,
    steps: 0,
    actionDim: null,
    min: null,
    max: null,
    uniqueValues: 0,
    changes: 0,
    switches: 0,
    switchSteps: [],
    dwells: [],
    verdict: 'unreadable',
    findings: [{ code: 'unreadable', severity: 'error', step: null, message }],
  };
}
