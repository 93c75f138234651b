/** What the checks need of each step of a log, in columns: about ten numbers per step, so that a log of any length fits into memory. */
import {
  type LogStep,
  type LogSummary,
  type ReadLogOptions,
  readInferenceLog,
} from '../../formats/inferenceLog/index.js';

/** Columns of equal length, one entry per judged step; NaN where a step has no value. */
export interface GripperTrace {
  readonly length: number;
  /** The step's own number in the log. */
  readonly step: Float64Array;
  /** The gripper of the first action of each chunk: the one value that is compared with the thresholds. */
  readonly gripper: Float64Array;
  /** Range over the whole chunk. */
  readonly chunkMin: Float64Array;
  readonly chunkMax: Float64Array;
  /** The gripper that the policy observed. */
  readonly stateGripper: Float64Array;
  /** Position that the policy observed, or that the robot was sent to, metres. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/** Steps with some property: how many, and the first of them. */
interface Marks {
  count: number;
  readonly steps: number[];
}

export interface GripperLog {
  readonly summary: LogSummary;
  readonly trace: GripperTrace;
  /** Whether the trace holds what the robot carried out; else what the policy answered. */
  readonly isExecuted: boolean;
  /** Steps with a row of nothing but zeros. */
  readonly zeroRows: Marks;
  /** Steps with NaN or an infinity in an action. */
  readonly nonFinite: Marks;
  /** Steps with an action whose quaternion is not of unit length, and the worst length. */
  readonly quaternions: Marks & { worst: number };
  /** Steps whose number does not follow that of the step before: [before, this]. */
  readonly gaps: { count: number; readonly pairs: (readonly [number, number])[] };
  /** Steps at which every action of the chunk repeats the observed gripper. */
  readonly echoes: number;
}

/** How many steps are listed; the rest are only counted. */
const MAX_MARKS = 1000;
/** The public logs hold what the policy answered, not normalised: 0.959 … 1.020. */
const QUATERNION_TOLERANCE = 0.1;

type Column = Exclude<keyof GripperTrace, 'length'>;
const COLUMNS: readonly Column[] = ['step', 'gripper', 'chunkMin', 'chunkMax', 'stateGripper', 'x', 'y', 'z'];

/** Reads a log and keeps what `judgeGripper` needs; `onStep` sees each step too. Throws as `readInferenceLog` does. */
export async function readGripperLog(
  path: string,
  options: Partial<ReadLogOptions> = {},
): Promise<GripperLog> {
  const [answers, executed] = [new TraceBuilder(), new TraceBuilder()];
  const summary = await readInferenceLog(path, {
    ...options,
    onStep: (step) => {
      (step.kind === 'answer' ? answers : executed).add(step);
      options.onStep?.(step);
    },
  });
  const isExecuted = summary.executed > 0;
  const judged = isExecuted ? executed : answers;
  // The robot executes a scaled pose: a row of zeros from the server can be seen only in the answers.
  const zeroRows = summary.answers > 0 ? answers.zeroRows : executed.zeroRows;
  return { summary, isExecuted, ...judged.done(), zeroRows };
}

class TraceBuilder {
  readonly zeroRows: Marks = { count: 0, steps: [] };
  private readonly nonFinite: Marks = { count: 0, steps: [] };
  private readonly quaternions = { count: 0, steps: [] as number[], worst: 1 };
  private readonly gaps: GripperLog['gaps'] = { count: 0, pairs: [] };
  private echoes = 0;
  private length = 0;
  private columns = emptyColumns(1024);

  add(step: LogStep): void {
    if (this.length === this.columns.step.length) this.grow();
    const { action, state } = step;
    const width = action[0]!.length;
    const { columns, length: row } = this;
    const place = step.kind === 'executed' ? action[0] : state;
    const hasGripper = step.gripper !== undefined;
    columns.step[row] = step.step;
    columns.gripper[row] = hasGripper ? action[0]![width - 1]! : Number.NaN;
    columns.stateGripper[row] =
      state !== undefined && state.length >= 8 ? state[state.length - 1]! : Number.NaN;
    for (const [axis, name] of (['x', 'y', 'z'] as const).entries())
      columns[name][row] = place?.[axis] ?? Number.NaN;
    let [least, most] = [Number.NaN, Number.NaN];
    if (hasGripper) [least, most] = extent(action, width - 1);
    columns.chunkMin[row] = least;
    columns.chunkMax[row] = most;
    if (least === most && least === columns.stateGripper[row]) this.echoes++;
    this.follow(step, row);
    this.checkRows(step, width);
    this.length++;
  }

  done(): Omit<GripperLog, 'summary' | 'isExecuted'> {
    const cut = COLUMNS.map((name) => [name, this.columns[name].subarray(0, this.length)] as const);
    const trace = { length: this.length, ...(Object.fromEntries(cut) as Record<Column, Float64Array>) };
    const { zeroRows, nonFinite, quaternions, gaps, echoes } = this;
    return { trace, zeroRows, nonFinite, quaternions, gaps, echoes };
  }

  /** Executed actions of one chunk share its number. */
  private follow({ kind, step }: LogStep, row: number): void {
    if (row === 0) return;
    const before = this.columns.step[row - 1]!;
    if (step === before + 1 || (kind === 'executed' && step === before)) return;
    this.gaps.count++;
    if (this.gaps.pairs.length < MAX_MARKS) this.gaps.pairs.push([before, step]);
  }

  private checkRows({ action, gripper, step }: LogStep, width: number): void {
    let [zero, wrong, finite] = [false, false, true];
    // An older log's rotation is a vector of three.
    const hasQuaternion = width === (gripper === 'command' ? 8 : 7) && gripper !== 'width';
    for (const values of action) {
      const isZero = values.every((value) => value === 0);
      zero ||= isZero;
      finite &&= values.every(Number.isFinite);
      if (!hasQuaternion || isZero) continue;
      const norm = Math.hypot(values[3]!, values[4]!, values[5]!, values[6]!);
      if (!(Math.abs(norm - 1) > QUATERNION_TOLERANCE)) continue;
      wrong = true;
      if (Math.abs(norm - 1) > Math.abs(this.quaternions.worst - 1)) this.quaternions.worst = norm;
    }
    if (zero) mark(this.zeroRows, step);
    if (!finite) mark(this.nonFinite, step);
    if (wrong) mark(this.quaternions, step);
  }

  private grow(): void {
    const wider = emptyColumns(this.length * 2);
    for (const name of COLUMNS) wider[name].set(this.columns[name]);
    this.columns = wider;
  }
}

function emptyColumns(length: number): Record<Column, Float64Array> {
  const columns = COLUMNS.map((name) => [name, new Float64Array(length)] as const);
  return Object.fromEntries(columns) as Record<Column, Float64Array>;
}

/** Smallest and largest finite value of one column of the chunk; NaN if there is none. */
function extent(action: LogStep['action'], column: number): [least: number, most: number] {
  let [least, most] = [Number.NaN, Number.NaN];
  for (const row of action) {
    const value = row[column]!;
    if (!Number.isFinite(value)) continue;
    if (!(value >= least)) least = value;
    if (!(value <= most)) most = value;
  }
  return [least, most];
}

function mark(marks: Marks, step: number): void {
  marks.count++;
  if (marks.steps.length < MAX_MARKS) marks.steps.push(step);
}
