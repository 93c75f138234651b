/** A log judged as by `regrip gripper`, its traces, and its single steps and frames. */
import {
  InferenceLogError,
  readLogFrame,
  readLogStep,
  type StepPlace,
} from '../../engine/formats/inferenceLog/index.js';
import { hasCommand } from '../../engine/judge/gripper/facts.js';
import { judgeGripper } from '../../engine/judge/gripper/judge.js';
import { reportOf, unreadableReport } from '../../engine/judge/gripper/report.js';
import { switchesOf } from '../../engine/judge/gripper/switches.js';
import type { GripperTrace } from '../../engine/judge/gripper/trace.js';
import { LOG_COLUMNS } from '../viewerLists.js';
import { isIndex, isRange, requirePoints } from './bounds.js';
import { Decimator } from './decimate.js';
import { type HeldLog, readHeldLog } from './heldLog.js';
import { transcoded } from './picture.js';
import { ReaderError } from './readerErrors.js';
import type {
  GripperLogParams,
  GripperLogView,
  LogRowParams,
  LogStepView,
  Picture,
  Trace,
} from './readerMessages.js';
import type { Task } from './task.js';

/** A log that cannot be read is described by its report, as on the terminal. Throws `reader-request` for rows that do not exist. */
export async function gripperLog(params: GripperLogParams, task: Task): Promise<GripperLogView> {
  const { path, low, high, maxPoints } = params;
  requirePoints(path, maxPoints);
  if (!(low < high))
    throw new ReaderError(
      'reader-request',
      path,
      `the thresholds are ${low} and ${high}, but low must be below high`,
    );
  const held = await heldLog(path, task).catch((error: unknown) => {
    if (error instanceof InferenceLogError) return error;
    throw error;
  });
  if (held instanceof InferenceLogError) return unreadable(path, held);
  const { log, places } = held;
  const report = reportOf(path, log, judgeGripper(log, { low, high }));
  const switches = hasCommand(log) ? switchesOf(log.trace.gripper, { low, high }) : [];
  return {
    report,
    rows: log.trace.length,
    isExecuted: log.isExecuted,
    trace: traceOf(params, held),
    latencyName: places.latencyName ?? null,
    switchRows: switches.map(({ step }) => step),
    findingRows: report.findings.map(({ step }) => rowOf(log.trace, step)),
    frames: places.frames,
  };
}

/** The action chunk, state and times of one row. */
export async function logStep({ path, row }: LogRowParams, task: Task): Promise<LogStepView> {
  const { log, places } = await heldRow(path, row, task);
  const place: StepPlace = {
    layout: log.summary.layout,
    kind: log.isExecuted ? 'executed' : 'answer',
    range: places.range(row),
  };
  const { action, state, timing } = await readLogStep(path, place);
  return {
    step: log.trace.step[row]!,
    action: action.map(plainNumbers),
    state: state === undefined ? null : plainNumbers(state),
    timing: Object.fromEntries([...timing].map(([name, seconds]) => [name, plainNumber(seconds)])),
    hasFrame: places.image(row) !== undefined,
  };
}

/** The camera frame of one row, as bytes. Throws `reader-picture` where the row has none. */
export async function logFrame({ path, row }: LogRowParams, task: Task): Promise<Picture> {
  const { places } = await heldRow(path, row, task);
  const image = places.image(row);
  if (image === undefined)
    throw new ReaderError('reader-picture', path, `row ${row} does not have a camera frame`);
  return transcoded(path, `the frame of row ${row}`, await readLogFrame(path, image));
}

function heldLog(path: string, { held, stamp, signal }: Task): Promise<HeldLog> {
  return held.log(path, stamp, () => readHeldLog(path, signal));
}

async function heldRow(path: string, row: number, task: Task): Promise<HeldLog> {
  const held = await heldLog(path, task);
  if (isIndex(row, held.log.trace.length)) return held;
  const found = `row ${row} was requested, but there are only ${held.log.trace.length}`;
  throw new ReaderError('reader-request', path, found);
}

function traceOf(params: GripperLogParams, { log, places }: HeldLog): Trace {
  const { path, fromRow = 0, toRow = log.trace.length, maxPoints } = params;
  if (!isRange(fromRow, toRow, log.trace.length)) {
    const found = `rows ${fromRow} to ${toRow} were requested, but there are only ${log.trace.length}`;
    throw new ReaderError('reader-request', path, found);
  }
  const trace = new Decimator(fromRow, toRow - fromRow, LOG_COLUMNS.length, maxPoints);
  for (let row = fromRow; row < toRow; row++)
    trace.add((column) => cellOf(LOG_COLUMNS[column]!, log.trace, places, row));
  return trace.done();
}

function cellOf(
  column: (typeof LOG_COLUMNS)[number],
  trace: GripperTrace,
  places: HeldLog['places'],
  row: number,
): number {
  return column === 'latency' ? places.latency(row) : trace[column][row]!;
}

/** The first row with that number. */
function rowOf(trace: GripperTrace, step: number | null): number | null {
  const row = step === null ? -1 : trace.step.indexOf(step);
  return row < 0 ? null : row;
}

function plainNumber(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function plainNumbers(values: readonly number[]): (number | null)[] {
  return values.map(plainNumber);
}

function unreadable(path: string, error: InferenceLogError): GripperLogView {
  return {
    report: unreadableReport(path, error),
    rows: 0,
    isExecuted: false,
    trace: { steps: [], columns: LOG_COLUMNS.map(() => []), bucketSteps: 1 },
    latencyName: null,
    switchRows: [],
    findingRows: [null],
    frames: 0,
  };
}
