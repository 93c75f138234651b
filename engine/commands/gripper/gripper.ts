/** `regrip gripper`: whether the gripper actually opens and closes in a robot's inference logs. */
import { resolve } from 'node:path';
import { type RegripError, UsageError } from '../../base/errors.js';
import { InferenceLogError } from '../../formats/inferenceLog/index.js';
import { type RecordedGripper, readRecordedGripper } from '../../judge/gripper/dataSet.js';
import { judgeGripper } from '../../judge/gripper/judge.js';
import { reportOf, unreadableReport } from '../../judge/gripper/report.js';
import { type Thresholds, UNIT_THRESHOLDS } from '../../judge/gripper/switches.js';
import { readGripperLog } from '../../judge/gripper/trace.js';
import { type Io, note, ProgressLine, type Register, report } from '../command.js';
import { CommandError } from '../commandError.js';
import { findLogs, type LogFile } from './files.js';
import type { ShownLog } from './shownLog.js';
import { gripperText, sparkLine } from './text.js';

interface Flags {
  readonly low: string;
  readonly high: string;
  readonly data?: string;
  readonly json: boolean;
}

export const registerGripper: Register = (program, io) => {
  program
    .command('gripper')
    .description('check in inference logs that the gripper actually opens and closes')
    .argument('<log...>', 'logs, folders (their .json files) or patterns (never changed)')
    .option('--low <value>', 'the gripper is closed at or below this value', String(UNIT_THRESHOLDS.low))
    .option('--high <value>', 'the gripper is open at or above this value', String(UNIT_THRESHOLDS.high))
    .option('--data <zarr>', 'compare with a data set: whether 0 and 1 mean the same in both')
    .option('--json', 'print one JSON document', false)
    .action(async (words: string[], flags: Flags) => {
      const thresholds = thresholdsOf(flags);
      const logs = await findLogs(words, io.cwd);
      const recorded =
        flags.data === undefined
          ? undefined
          : await readRecordedGripper(resolve(io.cwd, flags.data), io.signal);
      const shown = await judgeAll(logs, thresholds, recorded, io);
      if (shown.length === 0) throw noLog(logs.length);
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
    `--low is ${flags.low} and --high is ${flags.high}; expected two numbers, the first smaller than the second`,
  );
}

function noLog(files: number): RegripError {
  const which = files === 1 ? 'the file is not' : `none of the ${files} files is`;
  return new CommandError({
    code: 'no-log',
    message: `nothing to check: ${which} an inference log`,
    hint: 'Give the logs that the robot wrote, or their folder.',
  });
}

/** One waits for the disk while the other is parsed; more would gain nothing on one thread and cost memory. */
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

/** Undefined for a file found in a folder that is not a log. */
async function judgeOne(
  { name, path, isNamed }: LogFile,
  thresholds: Thresholds,
  recorded: RecordedGripper | undefined,
  io: Io,
): Promise<ShownLog | undefined> {
  try {
    const log = await readGripperLog(path, { signal: io.signal });
    const judged = reportOf(name, log, judgeGripper(log, thresholds, recorded));
    // A width does not have the range of a command: its largest value fills the line.
    const top = judged.verdict === 'no-gripper' ? (judged.max ?? 1) : 1;
    return { spark: sparkLine(log.trace.gripper, top), report: judged };
  } catch (error) {
    if (!(error instanceof InferenceLogError)) throw error;
    if (isNamed || error.code !== 'log-layout') return { spark: '', report: unreadableReport(name, error) };
    note(io, `note: ${name} is not an inference log and was skipped`);
    return undefined;
  }
}
