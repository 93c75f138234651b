/** What a conversion is asked for, what it reports on the way, and what it returns. */
import type { Rotation } from '../../base/rotation.js';
import type { Size } from './areaMean.js';

export interface ConvertOptions {
  /** The folder or file of the recordings, of any format. */
  readonly input: string;
  /** The zarr folder to make. */
  readonly output: string;
  /** Of the frames; undefined keeps the size of the first frame. */
  readonly resolution: Size | undefined;
  readonly startEpisode: number | undefined;
  readonly maxEpisodes: number | undefined;
  /** Of the images; columns are always compressed with blosc. */
  readonly compressor: 'blosc' | 'none';
  /** 0 … 9. */
  readonly compressionLevel: number;
  /** Whether actions end with the gripper (8-D) and its state is an array; false gives the 7-D data set. */
  readonly gripper: boolean;
  /** Of the action and of observed poses; undefined leaves the quaternions as they were recorded. */
  readonly rotation?: Exclude<Rotation, 'quaternion'>;
  readonly resume: boolean;
  readonly overwrite: boolean;
  /** How many processes decode; 0 decodes in this process; undefined takes one per two cores where there are more than a few frames. */
  readonly processes?: number;
  readonly signal?: AbortSignal;
  readonly log?: (text: string) => void;
  readonly onProgress?: (progress: ConvertProgress) => void;
}

export interface ConvertProgress {
  readonly frames: number;
  readonly totalFrames: number;
  /** Of this run; undefined until the first chunk is written. */
  readonly framesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  /** The picture file that was converted last, and which of its episode it is; undefined where frames are not files of their own. */
  readonly last: { readonly episode: string; readonly frame: number; readonly path: string } | undefined;
}

export interface SkippedEpisode {
  readonly episode: string;
  readonly reason: string;
}

export interface ConvertResult extends Partial<Turned> {
  readonly episodes: number;
  readonly steps: number;
  readonly skipped: readonly SkippedEpisode[];
  readonly seconds: number;
  readonly output: string;
}

/** Of a data set whose rotations are not as recorded. */
export interface Turned {
  readonly rotation: Rotation;
  /** Of one step, by the array's name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}
