/** The seam for recorded trajectories: what a format of them is, what it gives, and the error that all of them raise. */
import { RegripError } from '../base/errors.js';
import type { CogActFault } from './cogact/cogactFault.js';
import type { FrameSource, SourceReader } from './recording/frames.js';

/**
 * One format: a folder beside this file and a row of `RECORDINGS`. Inputs are only read. What reading needs that listing has learnt (a
 * table's row groups, the directory of an archive) travels in entries of the format's own type.
 */
export interface RecordingFormat<Entry extends EpisodeEntry = EpisodeEntry> {
  /** As its users call it. */
  readonly name: string;
  /** What it is recognised by, for whoever gave something else: `folders episode_0000, … that hold data.pkl`. */
  readonly recognisedBy: string;
  /** Looks at what the input holds, not at its name, and reads no episode. Throws only what another try may not meet. */
  recognise(input: string, signal?: AbortSignal): Promise<Recognition>;
  /** Of an input that was recognised, by number. Reads no columns and no pictures; a damaged episode is listed as well. */
  list(input: string, choice?: EpisodeChoice, signal?: AbortSignal): Promise<Entry[]>;
  /** One of `list`'s. Throws `RecordingError` with the reason why the episode cannot be used. */
  read(entry: Entry, signal?: AbortSignal): Promise<Episode>;
  /** For formats whose frames are not files of their own: opens those that name this format, in any process. */
  readonly openFrames?: () => SourceReader;
}

export type Recognition =
  | { readonly isOurs: true }
  /** `found` continues "looks for …; found …"; `hint` is what to give instead. */
  | { readonly isOurs: false; readonly found: string; readonly hint?: string };

/** Which episodes are asked for; others are not looked into. */
export interface EpisodeChoice {
  /** The least number. */
  readonly from?: number | undefined;
  readonly atMost?: number | undefined;
}

/** An episode before it is read. */
export interface EpisodeEntry {
  readonly name: string;
  readonly number: number;
  /** Undefined where it cannot be told; reading says why. */
  readonly steps: number | undefined;
  /** Differs once anything of the episode has changed: sizes and times of what it is read from. */
  readonly stamp: string;
  /** About what its frames take as they are stored; says how much there is to decode. */
  readonly frameBytes: number;
}

export interface Episode {
  readonly name: string;
  readonly steps: number;
  /** By name: `action`, `robot_eef_pose`. */
  readonly columns: ReadonlyMap<string, RecordedColumn>;
  /** By the camera's name, the frame of each step, `steps` of them. */
  readonly cameras: ReadonlyMap<string, readonly FrameSource[]>;
  /** What is odd but no reason to leave the episode out. */
  readonly notes: readonly string[];
}

/** Finite numbers in C order, as floats, whatever width was recorded. */
export type RecordedColumn = {
  /** (steps, …). */
  readonly shape: readonly number[];
  readonly unit: Unit;
} & (
  | { readonly dtype: '<f4'; readonly values: Float32Array }
  | { readonly dtype: '<f8'; readonly values: Float64Array }
);

/**
 * What a row means. `pose`: x, y, z in metres and a unit quaternion x, y, z, w; `opening`: a gripper, 0 to 1; `seconds`; `index`: a
 * whole number.
 */
export type Unit = 'pose' | 'opening' | 'seconds' | 'index';

/** Of the recordings; what a format alone can find stands in its folder. */
type RecordingFault =
  | 'episodes-missing' // there is nothing, or nothing that a format recognises
  | 'recording-ambiguous'
  | 'episode-file'
  | 'episode-arrays'
  | 'episode-values'
  | 'episode-frames'
  | 'frame' // one picture is damaged
  | CogActFault;

export class RecordingError extends RegripError<RecordingFault> {
  /** The message without the file, for lists in which the episode is named already. */
  readonly reason: string;

  constructor(code: RecordingFault, file: string, message: string, hint?: string, cause?: unknown) {
    super({ code, file, message, ...(hint === undefined ? {} : { hint }), cause });
    this.reason = message;
  }
}

/** In order, those that were chosen. */
export function chosen<Named extends Pick<EpisodeEntry, 'name' | 'number'>>(
  episodes: readonly Named[],
  { from = 0, atMost }: EpisodeChoice,
): Named[] {
  return episodes
    .filter(({ number }) => number >= from)
    .sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))
    .slice(0, atMost);
}
