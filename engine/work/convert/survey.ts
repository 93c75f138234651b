/** Reads and judges all episodes before anything is written. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { throwPassing } from '../../base/diskErrors.js';
import { throwIfAborted } from '../../base/errors.js';
import { type Episode, EpisodeError, listEpisodes, readEpisode } from '../../formats/cogact/index.js';
import { ConvertError } from './convertError.js';
import type { ConvertOptions, SkippedEpisode } from './options.js';

export interface Survey {
  readonly episodes: readonly Episode[];
  readonly skipped: readonly SkippedEpisode[];
  /** Of the options and of all that is read: a conversion goes on only while it is the same. */
  readonly fingerprint: string;
  /** Of the frames, all together. */
  readonly jpegBytes: number;
}

export async function surveyEpisodes(options: ConvertOptions): Promise<Survey> {
  const { startEpisode, maxEpisodes } = options;
  const entries = (await listEpisodes(options.input))
    .filter(({ number }) => number >= (startEpisode ?? 0))
    .slice(0, maxEpisodes);
  if (entries.length === 0) {
    throw new ConvertError(
      'no-episode',
      options.input,
      `no episode has the number ${startEpisode} or a later one`,
    );
  }
  const episodes: Episode[] = [];
  const skipped: SkippedEpisode[] = [];
  for (const { name, path } of entries) {
    throwIfAborted(options.signal);
    try {
      const episode = await readEpisode(path);
      for (const note of episode.notes) options.log?.(`note: ${name}: ${note}`);
      episodes.push(episode);
    } catch (error) {
      if (!(error instanceof EpisodeError)) throw error;
      skipped.push({ episode: name, reason: error.reason });
    }
  }
  return { episodes, skipped, ...(await fingerprint(options, episodes)) };
}

async function stampOf(frame: string): Promise<Stats | undefined> {
  return stat(frame).catch((error: unknown) => {
    throwPassing(error, frame);
    return undefined;
  });
}

async function fingerprint(
  options: ConvertOptions,
  episodes: readonly Episode[],
): Promise<Pick<Survey, 'fingerprint' | 'jpegBytes'>> {
  const { resolution, compressor, compressionLevel, gripper } = options;
  const hash = createHash('sha256').update(
    JSON.stringify([resolution, compressor, compressionLevel, gripper]),
  );
  let jpegBytes = 0;
  for (const { name, steps, frames, ...columns } of episodes) {
    hash.update(JSON.stringify([name, steps]));
    const { robotEefPose, action, actionGripper, robotGripper, timestamp } = columns;
    for (const column of [robotEefPose, action, actionGripper, robotGripper, timestamp]) {
      if (column !== undefined)
        hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    }
    const files = await Promise.all(frames.map(stampOf));
    hash.update(JSON.stringify(files.map((file) => [file?.size, file?.mtimeMs])));
    for (const file of files) jpegBytes += file?.size ?? 0;
  }
  return { fingerprint: hash.digest('hex'), jpegBytes };
}
