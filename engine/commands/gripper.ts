/** `regrip gripper`: whether the gripper really opens and closes in a robot's inference logs. */
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
import { InferenceLogError } from '../formats/inferenceLog/index.js';
import { type RecordedGripper, readRecordedGripper } from '../gripper/dataSet.js';
import type { GripperFinding } from '../gripper/finding.js';
import { judgeGripper, type Verdict } from '../gripper/judge.js';
import { type Thresholds, UNIT_THRESHOLDS } from '../gripper/switches.js';
import { readGripperLog } from '../gripper/trace.js';
import { type Io, ProgressLine, type Register, report } from './command.js';
import { findLogs, type LogFile } from './gripperFiles.js';
import { gripperText, sparkLine } from './gripperText.js';

/** One log in the JSON. */
export interface GripperReport {
  readonly file: string;
  /** `steps`, `inputs/outputs` or `trajectory_log`; null when the log is unreadable. */
  readonly layout: string | null;
  /** The policy that answered, where the log names it. */
  readonly checkpoint: string | null;
  /** Judged steps: inferences, or in a log of the robot's client the actions that were carried out. */
  readonly steps: number;
  readonly actionDim: number | null;
  /** Of the first action of each chunk, as the next three are. */
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

/** A report and what a terminal draws of it. */
export interface ShownLog {
  readonly report: GripperReport;
  readonly spark: string;
}

interface Flags {
  readonly low: string;
  readonly high: string;
  readonly data?: string;
  readonly json: boolean;
}

export const registerGripper: Register = (program, io) => {
  program
    .command('gripper')
    .description('check in inference logs that the gripper really opens and closes')
    .argument('<log...>', 'logs, folders (their .json files) or patterns; they are only read')
    .option('--low <value>', 'at or below this the gripper is closed', String(UNIT_THRESHOLDS.low))
    .option('--high <value>', 'at or above this it is open', String(UNIT_THRESHOLDS.high))
    .option('--data <zarr>', 'compare with a data set: do both mean the same by 0 and 1?')
    .option('--json', 'print one JSON document', false)
    .action(async (words: string[], flags: Flags) => {
      const thresholds = thresholdsOf(flags);
      const logs = await findLogs(words, io.cwd);
      const recorded =
        flags.data === undefined
          ? undefined
          : await readRecordedGripper(resolve(io.cwd, flags.data), io.signal);
      const shown = await judgeAll(logs, thresholds, recorded, io);
      const reports = shown.map((log) => log.report);
      if (reports.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))) io.fail();
      report(io, flags.json, reports, () => gripperText(shown));
    });
};

function thresholdsOf(flags: Flags): Thresholds {
  const [low, high] = [Number(flags.low), Number(flags.high)];
  if (
    flags.low.trim() !== '' &&
    flags.high.trim() !== '' &&
    Number.isFinite(low) &&
    Number.isFinite(high) &&
    low < high
  )
    return { low, high };
  throw new UsageError(
    `--low is ${flags.low} and --high is ${flags.high}, expected two numbers, the first the smaller`,
  );
}

/** One waits for the disk while the other is parsed; more gain nothing on one thread and cost memory. */
const AT_A_TIME = 2;

async function judgeAll(
  logs: readonly LogFile[],
  thresholds: Thresholds,
  recorded: RecordedGripper | undefined,
  io: Io,
): Promise<ShownLog[]> {
  const line = new ProgressLine(io);
  const results: (ShownLog | undefined)[] = new Array(logs.length);
  let [next, done] = [0, 0];
  const work = async () => {
    while (next < logs.length) {
      const index = next++;
      results[index] = await judgeOne(logs[index]!, thresholds, recorded, io);
      done++;
      line.show(`${done} of ${logs.length} logs`, { done, total: logs.length, unit: 'logs' });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, logs.length) }, work)).finally(() =>
    line.done(),
  );
  return results.filter((result) => result !== undefined);
}

/** Undefined for a file that came with a folder and is no log. */
async function judgeOne(
  { name, path, isNamed }: LogFile,
  thresholds: Thresholds,
  recorded: RecordedGripper | undefined,
  io: Io,
): Promise<ShownLog | undefined> {
  try {
    const log = await readGripperLog(path, { signal: io.signal });
    const { facts, verdict, findings } = judgeGripper(log, thresholds, recorded);
    const { layout, actionDim, checkpoint } = log.summary;
    const { steps, min, max, uniqueValues, changes, switches, dwells } = facts;
    return {
      // A width has no command's range: its largest value is the whole line.
      spark: sparkLine(log.trace.gripper, verdict === 'no-gripper' ? (max ?? 1) : 1),
      report: {
        file: name,
        layout,
        checkpoint: checkpoint ?? null,
        steps,
        actionDim: actionDim ?? null,
        min: min ?? null,
        max: max ?? null,
        uniqueValues,
        changes,
        switches: switches.length,
        switchSteps: switches.map(({ step }) => step),
        dwells,
        verdict,
        findings,
      },
    };
  } catch (error) {
    if (!(error instanceof InferenceLogError)) throw error;
    if (isNamed || error.code !== 'log-layout') return { spark: '', report: unreadable(name, error) };
    io.err(`note: ${name} is passed over: no inference log\n`);
    return undefined;
  }
}

function unreadable(file: string, { reason, hint }: InferenceLogError): GripperReport {
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
