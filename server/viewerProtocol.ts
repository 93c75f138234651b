/** Viewers' requests to the server: all answers come from its reader and from headers, so they work in untrusted workspaces too. */
import * as v from 'valibot';
import { RequestType } from 'vscode-jsonrpc';
import type { ParamsOf, Picture, RequestKind, ResultOf } from './reader/readerMessages.js';
import type { KeyVerdict } from './viewerLists.js';

export type { ArrayRow, DataSetTable, Trace } from './reader/readerMessages.js';

/** Why a request failed, besides the error's message. */
export interface ViewerProblem {
  readonly code: string;
  readonly hint?: string;
}

export interface ViewerRequest<Params, Result> {
  readonly type: RequestType<Params, Result, ViewerProblem>;
  /** Checks what comes from the editor. */
  readonly params: v.GenericSchema<unknown, Params>;
}

function declare<Params, Result>(
  name: string,
  params: v.GenericSchema<unknown, Params>,
): ViewerRequest<Params, Result> {
  return { type: new RequestType(`regrip/${name}`), params };
}

/** Longer than paths and names on any system. */
const text = v.pipe(v.string(), v.maxLength(8_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Absolute. */
const path = v.pipe(text, v.regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)/, 'the path must be absolute'));

// ── The bulk reader's requests ───────────────────────────────────────────────────────────────────────────────────────

/** JSON cannot carry bytes. */
export type WirePicture = Omit<Picture, 'jpeg'> & { readonly jpegBase64: string };
export type WireResult<Kind extends RequestKind> =
  ResultOf<Kind> extends Picture ? WirePicture : ResultOf<Kind>;

const read = <Kind extends RequestKind>(kind: Kind, params: v.GenericSchema<unknown, ParamsOf<Kind>>) =>
  declare<ParamsOf<Kind>, WireResult<Kind>>(kind, params);

const logRow = v.object({ path, row: count });
const points = v.pipe(count, v.minValue(2));

/** One for each of the reader's requests, under the same name. */
export const READS: {
  readonly [Kind in RequestKind]: ViewerRequest<ParamsOf<Kind>, WireResult<Kind>>;
} = {
  dataSetFiles: read('dataSetFiles', v.object({ path })),
  episodes: read('episodes', v.object({ path })),
  dataSetFacts: read('dataSetFacts', v.object({ path })),
  columns: read(
    'columns',
    v.object({
      path,
      array: text,
      columns: v.pipe(v.array(count), v.maxLength(64)),
      fromStep: count,
      toStep: count,
      maxPoints: points,
    }),
  ),
  frame: read('frame', v.object({ path, array: text, step: count, maxWidth: v.pipe(count, v.minValue(1)) })),
  tensorHistogram: read(
    'tensorHistogram',
    v.object({ path, stateDict: v.string(), key: v.string(), bins: v.pipe(count, v.minValue(1)) }),
  ),
  gripperLog: read(
    'gripperLog',
    v.object({
      path,
      low: v.number(),
      high: v.number(),
      fromRow: v.exactOptional(count),
      toRow: v.exactOptional(count),
      maxPoints: points,
    }),
  ),
  logStep: read('logStep', logRow),
  logFrame: read('logFrame', logRow),
};

/** What a data set's columns show: they are read completely, so this may take seconds. */
export interface DataSetNotes {
  readonly notes: readonly {
    readonly severity: 'warning' | 'info';
    readonly code: string;
    readonly message: string;
  }[];
}

const dataSet = v.object({ path });
export const dataSetNotesRequest = declare<v.InferOutput<typeof dataSet>, DataSetNotes>(
  'dataSetNotes',
  dataSet,
);

// ── Checkpoints, from their headers ──────────────────────────────────────────────────────────────────────────────────

/** The training that a checkpoint is compared with. */
const target = v.object({ primary: path, overrides: v.pipe(v.array(text), v.maxLength(10_000)) });
export type TargetRef = v.InferOutput<typeof target>;

const checkpoint = v.object({ path, target: v.nullable(target) });
export type CheckpointParams = v.InferOutput<typeof checkpoint>;

export interface CheckpointHeader {
  readonly bytes: number | null;
  /** The policy's class, without its module. */
  readonly policy: string | null;
  readonly actionDim: number | null;
  readonly epoch: number | null;
  readonly globalStep: number | null;
  /** In the order of the file; an optimizer's moments are one of them. */
  readonly stateDicts: readonly StateDictSummary[];
  /** The first names in the file's pickles that a checkpoint never needs: Python would import or call them. */
  readonly unexpectedGlobals: readonly string[];
  /** How many there are in all; the dangerous ones come first in the list. */
  readonly unexpectedCount: number;
  /** What the file is, where it was not saved by an upstream training. */
  readonly form: string | null;
  /** Why there is nothing to compare with; null where there is. */
  readonly comparisonProblem: string | null;
}

export interface StateDictSummary {
  readonly name: string;
  readonly shown: string;
  readonly kind: 'weights' | 'optimizer';
  readonly keys: number;
  /** Numbers in all its tensors, those that share their storage counted once. */
  readonly values: number;
}

const stateDict = v.object({ ...checkpoint.entries, stateDict: v.string() });
export type StateDictParams = v.InferOutput<typeof stateDict>;

export interface CheckpointKeys {
  /** In the order of the file, then those that only the target's policy has. */
  readonly rows: readonly KeyRow[];
}

export interface KeyRow {
  readonly key: string;
  /** The displayed name, where the key holds invisible characters or is too long. */
  readonly shown?: string;
  /** Null where the file lacks the key. */
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
  /** The earlier key of the same state dict that is the same tensor, as it is shown. */
  readonly alias: string | null;
  readonly verdict: KeyVerdict;
  /** The shape in the target's policy; null where it lacks the key, or nothing was compared. */
  readonly expected: readonly number[] | null;
  /** What an adaptation would do with it; null where it cannot be planned. */
  readonly fate: KeyFate | null;
  /** The values of the new part, or of all of it: `new column 7: zero`. */
  readonly gets: string | null;
}

export type KeyFate = 'copied' | 'widened' | 'initialised' | 'dropped' | 'refused';

/** The explanation of one key; texts are one line each. */
export interface KeyAnswer {
  readonly meaning: string;
  readonly aliases: readonly string[];
  readonly dimensions: readonly DimensionAnswer[];
  readonly verdict: KeyVerdict;
  readonly why: string;
  readonly fate: string | null;
  /** A command ready to be copied, or what to change. */
  readonly fix: string | null;
}

export interface DimensionAnswer {
  readonly size: number;
  readonly meaning: string;
  /** The config values that it depends on. */
  readonly setBy: readonly { readonly path: string; readonly place: PlaceAnswer | null }[];
}

/** Counted from 1. */
export interface PlaceAnswer {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const checkpointRequest = declare<CheckpointParams, CheckpointHeader>('checkpoint', checkpoint);
export const checkpointKeysRequest = declare<StateDictParams, CheckpointKeys>('checkpointKeys', stateDict);

/** PyTorch lists every key of a state dict; longer text is not one of its messages. */
const MAX_COMPLAINT = 1_000_000;

/** A key of a checkpoint, or the lines of a log or terminal in which PyTorch complains about keys. */
const explained = v.object({
  /** Without a checkpoint, the answer comes from the config and the message. */
  checkpoint: v.exactOptional(path),
  key: v.exactOptional(v.string()),
  stateDict: v.exactOptional(v.string()),
  text: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_COMPLAINT))),
  /** Null compares with nothing; by default the current target is used. */
  target: v.exactOptional(v.nullable(target)),
});
export type ExplainParams = v.InferOutput<typeof explained>;

export interface Explained {
  readonly key: string;
  readonly answer: KeyAnswer;
  readonly markdown: string;
  /** Where the complaint is in `text`. */
  readonly start?: number;
  readonly end?: number;
}

export const explainKeyRequest = declare<ExplainParams, readonly Explained[]>('explainKey', explained);
