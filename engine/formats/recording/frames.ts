/** Frames of a recording as plain data that another process can open, and what comes of opening one. */
import { basename } from 'node:path';

export type FrameSource = PictureFile | FrameWithin;

/** A file that is the frame. */
export interface PictureFile {
  readonly kind: 'file';
  readonly coding: Coding;
  readonly path: string;
}

/** A frame that lies in a file with others; the format's `openFrames` reads it. */
export interface FrameWithin {
  readonly kind: 'within';
  /** `RecordingFormat.name`. */
  readonly format: string;
  readonly path: string;
  /** Which array, column or stream of the file. */
  readonly part: string;
  /** Which row of it, or which frame. */
  readonly index: number;
}

/** How a picture is compressed; each has a row in the table of decoders. */
export type Coding = 'jpeg';

export type Picture =
  | { readonly kind: 'encoded'; readonly coding: Coding; readonly bytes: Uint8Array }
  | ({ readonly kind: 'pixels' } & Pixels);

/** (height, width, channels): RGB, or grey with one channel. Only read: a reader may hand out views of what it keeps. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * Opens the frames of one job, which come in the order of their rows, a few at once, so that a file stays open and a decoder
 * continues from one frame to the next. Throws `RecordingError` code `frame` for one that is damaged.
 */
export interface SourceReader {
  read(source: FrameWithin): Promise<Picture>;
  close(): Promise<void>;
}

/** How messages call a frame. */
export function frameName(source: FrameSource): string {
  const file = basename(source.path);
  return source.kind === 'file' ? file : `frame ${source.index} of ${source.part} in ${file}`;
}
