/** Reads and judges all episodes before anything is written. */

import { createHash } from 'node:crypto';
import { byteView } from '../../base/byteView.js';
import { throwIfAborted } from '../../base/errors.js';
import { type EpisodeEntry, RecordingError, type RecordingFormat } from '../../formats/recording.js';
import { ConvertError } from './convertError.js';
import type { ConvertOptions, SkippedEpisode } from './options.js';
import { jumpNote, rotated } from './rotate.js';
import { type UsableEpisode, usable } from './usable.js';

export interface EpisodeSurvey {
  readonly episodes: readonly UsableEpisode[];
  readonly skipped: readonly SkippedEpisode[];
  /** Of the options and of all that is read: a conversion continues only while it is the same. */
  readonly fingerprint: string;
  /** Of the frames as they are stored, all together. */
  readonly frameBytes: number;
}

export async function surveyEpisodes(
  format: RecordingFormat,
  options: ConvertOptions,
): Promise<EpisodeSurvey> {
  const entries = await listed(format, options);
  const episodes: UsableEpisode[] = [];
  const skipped: SkippedEpisode[] = [];
  let frameBytes = 0;
  for (const entry of entries) {
    throwIfAborted(options.signal);
    try {
      episodes.push(await readUsable(format, entry, options));
      frameBytes += entry.frameBytes;
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      skipped.push({ episode: entry.name, reason: error.reason });
    }
  }
  const jumps = options.rotation === 'axis-angle' ? jumpNote(episodes) : undefined;
  if (jumps !== undefined) options.log?.(`note: ${jumps}`);
  return { episodes, skipped, fingerprint: fingerprint(format, options, episodes), frameBytes };
}

async function listed(format: RecordingFormat, options: ConvertOptions): Promise<EpisodeEntry[]> {
  const { input, startEpisode, maxEpisodes, signal } = options;
  const entries = await format.list(input, { from: startEpisode, atMost: maxEpisodes }, signal);
  if (entries.length > 0) return entries;
  throw new ConvertError('no-episode', input, `no episode has the number ${startEpisode} or a higher one`);
}

async function readUsable(
  format: RecordingFormat,
  entry: EpisodeEntry,
  { input, gripper, rotation, log, signal }: ConvertOptions,
): Promise<UsableEpisode> {
  const episode = await format.read(entry, signal);
  const recorded = usable(episode, entry, input, gripper);
  const wanted =
    rotation === undefined ? { episode: recorded, notes: [] } : rotated(recorded, rotation, input);
  for (const note of [...episode.notes, ...wanted.notes]) log?.(`note: ${entry.name}: ${note}`);
  return wanted.episode;
}

function fingerprint(
  { name: format }: RecordingFormat,
  { resolution, compressor, compressionLevel, gripper, rotation }: ConvertOptions,
  episodes: readonly UsableEpisode[],
): string {
  const hash = createHash('sha256').update(
    // Without an entry where rotations are as recorded, so that what an earlier version began is continued.
    JSON.stringify([
      format,
      resolution,
      compressor,
      compressionLevel,
      gripper,
      ...(rotation ? [rotation] : []),
    ]),
  );
  for (const { name, steps, stamp, columns } of episodes) {
    hash.update(JSON.stringify([name, steps, stamp, [...columns.keys()]]));
    for (const { values } of columns.values()) hash.update(byteView(values));
  }
  return hash.digest('hex');
}
