/** A data set that training reads, in any format: columns over steps, frames and episodes; and what a format provides. */
import { type ErrorFacts, RegripError } from '../base/errors.js';
import type { Rotation } from '../base/rotation.js';

/** One column over all steps. */
export interface DataSetColumn {
  /** The first axis is the step. Images are (steps, height, width, channels); numbers (steps), (steps, width) or of more axes. */
  readonly shape: readonly number[];
  /** Of the values as they are read, in NumPy's words: `<f4`, `<i8`, `|u1`. */
  readonly dtype: string;
  readonly stored: StoredAs;
  /** Of poses, where the data set says how their rotations are written. */
  readonly rotation?: Rotation;
}

interface StoredAs {
  /** The shape of what is stored and decoded as one piece: a chunk, a page of a table, a frame. Reads of whole pieces decode nothing twice. */
  readonly piece: readonly number[];
  /** The compression, its id and options as the file has them; null without one. */
  readonly codec: Readonly<Record<string, unknown>> | null;
}

/** What the headers show; no column or frame is read. */
export interface DataSetHeaders {
  readonly path: string;
  readonly columns: ReadonlyMap<string, DataSetColumn>;
  /** Cumulative: episode e is the steps `episodeEnds[e - 1] ?? 0` … `episodeEnds[e]` - 1. */
  readonly episodeEnds: readonly number[];
}

/** The caller's memory for rows. Bytes hold only columns of bytes and booleans; floats hold any real numbers. */
export type RowBuffer = Float32Array | Float64Array | Uint8Array;

/** Read by one caller at a time or by many; errors are `DataSetError`s. */
export interface DataSet extends DataSetHeaders {
  /** Steps `from` … `to` - 1 of a column, in C order, into `into`, which has just their length. */
  readRows(name: string, from: number, to: number, into: RowBuffer, signal?: AbortSignal): Promise<void>;
  /** The frames of `steps`, which may repeat and come in any order, (steps, height, width, channels) into `into`. */
  readFrames(name: string, steps: readonly number[], into: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** The picture file (JPEG, PNG) that holds one frame; undefined where frames are stored in another way. */
  storedPicture(name: string, step: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Decoded pieces kept in memory. */
  readonly cacheBytes?: number;
  /** With `at-read`, only a column of a different length, or one that cannot be decoded, fails, and only when it is read. */
  readonly judged?: 'at-open' | 'at-read';
}

/** A file whose bytes a column's values are made of, and its name within the data set. */
export interface ColumnFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** The interface of one format. Each `path` is absolute or relative to the current folder. */
export interface DataSetFormat {
  /** What a message expects: `a zarr folder`. */
  readonly expected: string;
  /** By what it is recognised, in a message: what it is called, and which files it has. */
  readonly lookedFor: string;
  /** By its content, complete or damaged: whether this format's own errors describe best what is wrong. Rejects only where the drive does not respond. */
  recognise(path: string): Promise<boolean>;
  headers(path: string): Promise<DataSetHeaders>;
  open(path: string, options: OpenOptions): Promise<DataSet>;
  /** Tells one state of the content from the next without reading it; undefined where no state can be told. */
  stamp(path: string): Promise<string | undefined>;
  /** The files and folders that change with it, for a watch; absolute, also where nothing is there. */
  files(path: string): Promise<readonly string[]>;
  /** The files that hold a column, in a fixed order. */
  columnFiles(path: string, name: string): Promise<readonly ColumnFile[]>;
}

/** What a caller may do about an error, whatever the format. */
export type DataSetFault =
  | 'missing' // nothing at the path, no data set in the folder, or no such column
  | 'other-format' // something that no format reads
  | 'inconsistent' // columns and episodes disagree
  | 'damaged' // headers or content are not what the format writes
  | 'not-decoded' // whole, but compressed or typed in a way that is not read
  | 'range'; // steps that do not exist, or more than can be read at once

/** What is wrong with the content of a data set, whatever its format and whoever finds it. */
export type DataSetContentCode = 'data-set-array' | 'data-set-not-finite';

export class DataSetError<Code extends string = string> extends RegripError<Code> {
  readonly fault: DataSetFault;

  constructor({ fault, ...facts }: ErrorFacts<Code> & { readonly fault: DataSetFault }) {
    super(facts);
    this.fault = fault;
  }
}

/** Values in one step of a column. */
export function stepValues({ shape }: Pick<DataSetColumn, 'shape'>): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

/** Bytes of one value as it is read. */
export function valueBytes({ dtype }: Pick<DataSetColumn, 'dtype'>): number {
  return Number(dtype.slice(2));
}
