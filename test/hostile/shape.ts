/** A crafted input: why it exists, how it is made, and what its reader must answer. */

/** A file, the files of a folder, or a link or pipe among them. */
export type Piece = Uint8Array | string | Tree | { readonly link: string } | { readonly pipe: true };
export interface Tree {
  readonly folder: Readonly<Record<string, Piece>>;
}

/** The readers of `sandbox/readers.ts`, by what they are given. */
export type ReaderName =
  | 'pickle'
  | 'plain'
  | 'arrays'
  | 'checkpoint'
  | 'tensors'
  | 'safetensors'
  | 'lerobotData'
  | 'zarr'
  | 'rows'
  | 'episode'
  | 'frame'
  | 'yaml'
  | 'override';

export interface Shape {
  readonly name: string;
  /** The attack, or the trick that fooled another reader. */
  readonly why: string;
  readonly reader: ReaderName;
  readonly make: () => Piece;
  /** The code of the error; 'opaque' when reading succeeds and every call stays data. */
  readonly expect: string;
  /** What the message must say. */
  readonly says?: RegExp;
  /** Globals that must be reported as ones no checkpoint needs. */
  readonly names?: readonly string[];
}

export const folder = (pieces: Readonly<Record<string, Piece>>): Tree => ({ folder: pieces });
