/** The episode folders of a recording session, and the frames of each. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { EpisodeError } from './cogactError.js';

export interface EpisodeEntry {
  /** Name of the folder: `episode_0000`. */
  readonly name: string;
  readonly path: string;
  readonly number: number;
}

export interface Frame {
  readonly path: string;
  /** As its name has it: `frame_0007.jpg` is 7. */
  readonly number: number;
}

/** The folders `episode_*` of `dir`, by number. Throws `episodes-missing` when there is none. */
export async function listEpisodes(dir: string): Promise<EpisodeEntry[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new EpisodeError(
      'episodes-missing',
      dir,
      'is no folder that can be read',
      'Check the path.',
      cause,
    );
  });
  const episodes = entries.flatMap((entry): EpisodeEntry[] => {
    const number = /^episode_(\d+)/.exec(entry.name)?.[1];
    if (number === undefined || entry.isFile()) return [];
    return [{ name: entry.name, path: join(dir, entry.name), number: Number(number) }];
  });
  if (episodes.length === 0) {
    const nested = entries.some((entry) => entry.name === 'trajectories');
    const hint = nested ? `Give ${join(dir, 'trajectories')}.` : 'Give the folder that holds the recordings.';
    throw new EpisodeError('episodes-missing', dir, 'there is no folder episode_0000, episode_0001, …', hint);
  }
  return episodes.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
}

/** The frames of one episode by number, from `images/` or, where that is missing, `Images/`; links to files count. */
export async function listFrames(episode: string): Promise<Frame[]> {
  for (const folder of ['images', 'Images']) {
    const place = join(episode, folder);
    const entries = await readdir(place, { withFileTypes: true }).catch((error: unknown) => {
      throwPassing(error, place);
      return undefined;
    });
    if (entries === undefined) continue;
    const frames: Frame[] = [];
    for (const entry of entries) {
      const number = /^frame_(\d+)\.jpg$/.exec(entry.name)?.[1];
      const path = join(place, entry.name);
      if (number !== undefined && (await isFile(entry, path))) frames.push({ path, number: Number(number) });
    }
    return frames.sort((a, b) => a.number - b.number);
  }
  throw new EpisodeError('episode-frames', episode, 'there is no folder images or Images');
}

/** A decoder would wait for ever at a pipe or a device. */
async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const found = await stat(path).catch((error: unknown) => {
    throwPassing(error, path);
    return undefined;
  });
  return found?.isFile() ?? false;
}
