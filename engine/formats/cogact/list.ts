/** The episodes of a CogAct recording before they are read: how long each is, and what tells that it has changed. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { throwIfAborted } from '../../base/errors.js';
import { chosen, type EpisodeChoice, type EpisodeEntry, RecordingError } from '../recording.js';
import { ARRAYS, type EpisodeFolder, episodeFolders, listFrames, META } from './folders.js';
import { readSteps } from './steps.js';

export interface CogActEntry extends EpisodeEntry {
  readonly path: string;
}

/** By number. Throws `episodes-missing` when `dir` holds no folder `episode_*`. */
export async function listEpisodes(
  dir: string,
  choice: EpisodeChoice = {},
  signal?: AbortSignal,
): Promise<CogActEntry[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throwPassing(cause, dir);
    const message = 'is not a folder that can be read';
    throw new RecordingError('episodes-missing', dir, message, 'Check the path.', cause);
  });
  const folders = episodeFolders(dir, entries);
  if (folders.length === 0) {
    const hint = 'Give the folder that holds the recordings.';
    throw new RecordingError(
      'episodes-missing',
      dir,
      'there is no folder episode_0000, episode_0001, …',
      hint,
    );
  }
  const listed: CogActEntry[] = [];
  for (const folder of chosen(folders, choice)) {
    throwIfAborted(signal);
    listed.push(await entryOf(folder));
  }
  return listed;
}

async function entryOf(folder: EpisodeFolder): Promise<CogActEntry> {
  const { path } = folder;
  const frames = await unlessFaulty(() => listFrames(path));
  const pictures = await Promise.all((frames ?? []).map((frame) => sizeAndTime(frame.path)));
  const others = await Promise.all([ARRAYS, META].map((name) => sizeAndTime(join(path, name))));
  const stamps = [...others, ...pictures].map((found) => [found.name, found.size, found.mtimeMs]);
  return {
    ...folder,
    steps: await unlessFaulty(() => readSteps(path)),
    stamp: createHash('sha256').update(JSON.stringify(stamps)).digest('hex'),
    frameBytes: pictures.reduce((sum, { size = 0 }) => sum + size, 0),
  };
}

/** Why an episode is damaged is told when it is read. */
async function unlessFaulty<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RecordingError) return undefined;
    throw error;
  }
}

/** Without size and time where there is no such file. */
async function sizeAndTime(path: string): Promise<{ name: string } & Partial<Stats>> {
  const found = await stat(path).catch((error: unknown) => {
    throwPassing(error, path);
    return undefined;
  });
  return { name: basename(path), ...(found && { size: found.size, mtimeMs: found.mtimeMs }) };
}
