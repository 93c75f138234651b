/** Requests of the server to its bulk reader, and the results; all results but images are plain JSON, without NaN. */

import type { Failure } from '../../engine/base/errors.js';
import type { Rotation } from '../../engine/base/rotation.js';
import type { DataSetFacts } from '../../engine/judge/gripper/dataFacts.js';
import type { GripperReport } from '../../engine/judge/gripper/report.js';
import type { Thresholds } from '../../engine/judge/gripper/switches.js';

/** Requests by kind. Each `path` is absolute. */
interface Requests {
  readonly dataSetFiles: { readonly params: PathParams; readonly result: DataSetFiles };
  readonly episodes: { readonly params: PathParams; readonly result: DataSetTable };
  readonly dataSetFacts: { readonly params: PathParams; readonly result: DataSetFacts };
  readonly columns: { readonly params: ColumnsParams; readonly result: Trace };
  readonly frame: { readonly params: FrameParams; readonly result: Picture };
  readonly tensorHistogram: { readonly params: HistogramParams; readonly result: TensorHistogram };
  readonly gripperLog: { readonly params: GripperLogParams; readonly result: GripperLogView };
  readonly logStep: { readonly params: LogRowParams; readonly result: LogStepView };
  readonly logFrame: { readonly params: LogRowParams; readonly result: Picture };
}
export type RequestKind = keyof Requests;
export type ParamsOf<Kind extends RequestKind> = Requests[Kind]['params'];
export type ResultOf<Kind extends RequestKind> = Requests[Kind]['result'];

export interface PathParams {
  readonly path: string;
}

/** What changes with a data set, even where there is none or it cannot be read. */
export interface DataSetFiles {
  /** Files and folders, absolute. */
  readonly files: readonly string[];
}

export interface DataSetTable {
  /** Cumulative: episode e is the steps `episodeEnds[e - 1] ?? 0` … `episodeEnds[e]` - 1. */
  readonly episodeEnds: readonly number[];
  readonly episodeLengths: readonly number[];
  readonly arrays: readonly ArrayRow[];
}

export interface ArrayRow {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The shape of what is stored and decoded as one piece. */
  readonly chunks: readonly number[];
  /** Id and options as the file has them; null without compression. */
  readonly compressor: Readonly<Record<string, unknown>> | null;
  /** Of poses, where the data set says how their rotations are written. */
  readonly rotation?: Rotation;
}

export interface ColumnsParams extends PathParams {
  readonly array: string;
  readonly columns: readonly number[];
  /** Steps `fromStep` … `toStep` - 1. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly maxPoints: number;
}

/** Columns over steps, as a chart takes them. */
export interface Trace {
  /** Ascending. */
  readonly steps: readonly number[];
  /** One list per column, as long as `steps`; null where there is no finite value. */
  readonly columns: readonly (readonly (number | null)[])[];
  /** How many steps a pair of points represents: their smallest and largest value, in order of occurrence; 1 when all steps are included. */
  readonly bucketSteps: number;
}

export interface FrameParams extends PathParams {
  readonly array: string;
  readonly step: number;
  /** Wider frames are scaled down to it. */
  readonly maxWidth: number;
}

export interface Picture {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** As recorded. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
}

export interface HistogramParams extends PathParams {
  readonly stateDict: string;
  readonly key: string;
  readonly bins: number;
}

/** Statistics of the finite elements; null if there are none. */
export interface TensorHistogram {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly elements: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of a sample (n - 1), as `torch.std` gives it; null below two elements. */
  readonly std: number | null;
  readonly nan: number;
  readonly infinite: number;
  readonly zeros: number;
  /** Bins of equal width from min to max; a single one when they are equal. */
  readonly counts: readonly number[];
}

export interface GripperLogParams extends PathParams, Thresholds {
  /** Rows of the trace: `fromRow` … `toRow` - 1; all without them. */
  readonly fromRow?: number;
  readonly toRow?: number;
  readonly maxPoints: number;
}

/**
 * A log for a panel. A row is a judged step, counted from 0: the log's own numbers may repeat and start again, so rows are what charts
 * and the requests `logStep` and `logFrame` go by.
 */
export interface GripperLogView {
  readonly report: GripperReport;
  readonly rows: number;
  /** Whether rows are actions that the robot executed; otherwise they are the policy's answers. */
  readonly isExecuted: boolean;
  /** `steps` are rows, `columns` follow `LOG_COLUMNS`; latency in seconds. */
  readonly trace: Trace;
  /** Which of the log's times is the latency; null if there is none. */
  readonly latencyName: string | null;
  readonly switchRows: readonly number[];
  /** The row of each finding of the report; null where it is about the whole log. */
  readonly findingRows: readonly (number | null)[];
  /** Rows with a camera frame. */
  readonly frames: number;
}

export interface LogRowParams extends PathParams {
  readonly row: number;
}

export interface LogStepView {
  /** The log's own number. */
  readonly step: number;
  /** (chunk, actionDim); null for NaN and infinities, as in `state`. */
  readonly action: readonly (readonly (number | null)[])[];
  /** Null where the step's own record has none. */
  readonly state: readonly (number | null)[] | null;
  /** Seconds by name. */
  readonly timing: Readonly<Record<string, number | null>>;
  readonly hasFrame: boolean;
}

/** The thread works on one request per lane, so that a frame never waits for a data set. */
export type Lane = 'bulk' | 'quick';
export const LANES: Readonly<Record<RequestKind, Lane>> = {
  dataSetFiles: 'quick',
  episodes: 'bulk',
  dataSetFacts: 'bulk',
  columns: 'bulk',
  tensorHistogram: 'bulk',
  gripperLog: 'bulk',
  logStep: 'quick',
  logFrame: 'quick',
  frame: 'quick',
};

/** A request as sent to the thread; `stamp` identifies the file's state and is undefined when the file does not exist. */
export type ReaderRequest = {
  [Kind in RequestKind]: {
    readonly kind: Kind;
    readonly params: ParamsOf<Kind>;
    readonly stamp: string | undefined;
  };
}[RequestKind];

export type ToReader =
  | { readonly kind: 'run'; readonly id: number; readonly request: ReaderRequest }
  | { readonly kind: 'cancel'; readonly id: number };

/** Exactly one for each `run`, also after a `cancel`. */
export type FromReader =
  | { readonly kind: 'done'; readonly id: number; readonly result: ResultOf<RequestKind> }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ReaderFailure };

export interface ReaderFailure extends Failure {
  readonly file: string | undefined;
}
