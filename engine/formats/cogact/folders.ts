/** Where a CogAct recording keeps what: the folders of its episodes, and the files of one. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { RecordingError } from '../recording.js';

export const ARRAYS = 'data.pkl';
export const META = 'meta.json';
/** Where frames lie: the first of these that is there. */
const IMAGES = ['images', 'Images'];

export interface EpisodeFolder {
  /** `episode_0000`. */
  readonly name: string;
  readonly path: string;
  readonly number: number;
}

export interface Frame {
  readonly path: string;
  /** As its name has it: `frame_0007.jpg` is 7. */
  readonly number: number;
}

/** The folders `episode_<number>` of `dir`, in no order; links count. */
export function episodeFolders(dir: string, entries: readonly Dirent[]): EpisodeFolder[] {
  return entries.flatMap((entry): EpisodeFolder[] => {
    const number = /^episode_(\d+)/.exec(entry.name)?.[1];
    if (number === undefined || entry.isFile()) return [];
    return [{ name: entry.name, path: join(dir, entry.name), number: Number(number) }];
  });
}

/** The frames of one episode by number; links to files count. Throws `episode-frames` where there is no folder of them. */
export async function listFrames(episode: string): Promise<Frame[]> {
  for (const folder of IMAGES) {
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
  throw new RecordingError('episode-frames', episode, `there is no folder ${IMAGES.join(' or ')}`);
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
