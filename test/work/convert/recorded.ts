/** Episodes as any format gives them, made up in memory, and what a survey of them says. */

import { join } from 'node:path';
import type { FrameSource } from '../../../engine/formats/recording/frames.js';
import type { Episode, EpisodeEntry, RecordedColumn } from '../../../engine/formats/recording.js';
import type { EpisodeSurvey } from '../../../engine/work/convert/survey.js';
import { type UsableEpisode, usable } from '../../../engine/work/convert/usable.js';
import { MINI } from './folders.js';

/** A recorded picture of 480 × 270. */
export const FRAME = join(MINI, 'episode_0000/images/frame_0000.jpg');

export const entryOf = (name: string, more: Partial<EpisodeEntry> = {}): EpisodeEntry => ({
  name,
  number: Number(/\d+/.exec(name)?.[0] ?? 0),
  steps: undefined,
  stamp: `stamp of ${name}`,
  frameBytes: 0,
  ...more,
});

export const jpegAt = (path: string): FrameSource => ({ kind: 'file', coding: 'jpeg', path });

/** `steps` rows of `width` numbers: row k holds k, k + 0.1, … */
export function floats(steps: number, width: number, unit: RecordedColumn['unit']): RecordedColumn {
  const values = Float32Array.from(
    { length: steps * width },
    (_, at) => Math.floor(at / width) + (at % width) / 10,
  );
  return { shape: width === 1 ? [steps] : [steps, width], unit, dtype: '<f4', values };
}

export function episodeOf(name: string, steps: number, more: Partial<Episode> = {}): Episode {
  const columns = new Map<string, RecordedColumn>([
    ['robot_eef_pose', floats(steps, 7, 'pose')],
    ['action', floats(steps, 7, 'pose')],
    ['action_gripper', floats(steps, 1, 'opening')],
  ]);
  const frames = Array.from({ length: steps }, (_, k) => jpegAt(`/frames/${name}/${k}.jpg`));
  return { name, steps, columns, cameras: new Map([['top', frames]]), notes: [], ...more };
}

/** With columns put in, or taken away. */
export function withColumns(
  episode: Episode,
  change: Readonly<Record<string, RecordedColumn | undefined>>,
): Episode {
  const columns = new Map(episode.columns);
  for (const [name, column] of Object.entries(change))
    if (column === undefined) columns.delete(name);
    else columns.set(name, column);
  return { ...episode, columns };
}

/** A column of these rows. */
export function rows(
  unit: RecordedColumn['unit'],
  ...values: readonly (readonly number[])[]
): RecordedColumn {
  return {
    shape: [values.length, values[0]!.length],
    unit,
    dtype: '<f4',
    values: Float32Array.from(values.flat()),
  };
}

/** With poses at (0, 0.5, 1) that turn about z, by a tenth of a radian a step. */
export function withUnitPoses<Recorded extends Pick<Episode, 'steps' | 'columns'>>(
  episode: Recorded,
): Recorded {
  const turn = (k: number) => [0, 0.5, 1, 0, 0, Math.sin(k / 20), Math.cos(k / 20)];
  const poses = rows('pose', ...Array.from({ length: episode.steps }, (_, k) => turn(k)));
  return { ...episode, columns: new Map([...episode.columns, ['robot_eef_pose', poses], ['action', poses]]) };
}

export const usableOf = (episode: Episode, gripper = true): UsableEpisode =>
  usable(episode, entryOf(episode.name), '/in', gripper);

export const surveyOf = (...episodes: UsableEpisode[]): EpisodeSurvey => ({
  episodes,
  skipped: [],
  fingerprint: 'f',
  frameBytes: 0,
});
