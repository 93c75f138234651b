/** A run's `logs.json.txt`, with resumes taken into account: one row per step, and which rows end an epoch. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type LogLine, parseLogLine, saysMoreThanStep } from '../../formats/run/trainLog.js';
import { WorkError } from '../workError.js';

export interface Row {
  readonly step: number;
  /** Undefined where the log does not give it. */
  readonly epoch: number | undefined;
  readonly values: LogLine;
}

export interface History {
  /** Steps rise strictly. */
  readonly rows: readonly Row[];
  /** The rows that end an epoch; their `train_loss` is the epoch's mean. */
  readonly epochEnds: readonly Row[];
  /** How often the log returns to an earlier step, and how many rows were logged again. */
  readonly restarts: number;
  readonly redone: number;
  /** Lines that are not JSON objects with a `global_step`. */
  readonly unreadable: number;
}

/** A real log takes 100 bytes per step; one of millions of steps fits, but a crafted one cannot fill the memory. */
const MAX_LOG_BYTES = 512 * 1024 ** 2;

export async function readHistory(path: string): Promise<History> {
  const found = await stat(path);
  const { size } = found;
  if (!found.isFile())
    throw new WorkError({
      code: 'log-not-a-file',
      file: path,
      message: 'is not a regular file, but a training log was expected',
      hint: 'check that this is a run folder',
    });
  if (size > MAX_LOG_BYTES)
    throw new WorkError({
      code: 'log-too-large',
      file: path,
      message: `is unusually large for a training log (${size} bytes; the limit is ${MAX_LOG_BYTES})`,
      hint: 'check that this is the log of a training',
    });
  const rows: Row[] = [];
  const counts = { restarts: 0, redone: 0, unreadable: 0 };
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line.trim() !== '') addLine(rows, line, counts);
  return { rows, epochEnds: rows.filter((_, index) => endsEpoch(rows, index)), ...counts };
}

interface Counts {
  restarts: number;
  redone: number;
  unreadable: number;
}

/** A step that is logged again replaces itself and everything after it: a resume went back to its checkpoint. */
function addLine(rows: Row[], line: string, counts: Counts): void {
  const values = parseLogLine(line);
  const step = values?.['global_step'];
  if (values === undefined || step === undefined || !Number.isFinite(step)) {
    counts.unreadable++;
    return;
  }
  const before = rows.length;
  while (rows.length > 0 && rows.at(-1)!.step >= step) rows.pop();
  const dropped = before - rows.length;
  // Upstream logs an epoch's last step twice where training.max_train_steps ends the epoch.
  if (dropped > 1) counts.restarts++;
  if (dropped > 1) counts.redone += dropped;
  rows.push({ step, epoch: values['epoch'], values });
}

/** The log's last row ends its epoch if it holds more than a step's values, or if the previous epoch had as many rows. */
function endsEpoch(rows: readonly Row[], index: number): boolean {
  const row = rows[index]!;
  if (row.epoch === undefined) return false;
  if (saysMoreThanStep(row.values)) return true;
  const next = rows[index + 1];
  if (next !== undefined) return next.epoch !== row.epoch;
  const inEpoch = (epoch: number): number => rows.filter((one) => one.epoch === epoch).length;
  return inEpoch(row.epoch) === inEpoch(row.epoch - 1);
}
