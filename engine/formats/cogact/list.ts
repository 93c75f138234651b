/** The episodes of a CogAct recording before they are read: how long each is, and what tells that it has changed. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { throwIfAborted } from '../../base/errors.js';
import { stampOf, unlessFaulty } from '../recording/files.js';
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
  const frames = (await unlessFaulty(() => listFrames(path))) ?? [];
  const files = [join(path, ARRAYS), join(path, META), ...frames.map((frame) => frame.path)];
  const { stamp, bytes } = await stampOf(files.map((file) => ({ name: basename(file), path: file })));
  return {
    ...folder,
    steps: await unlessFaulty(() => readSteps(path)),
    stamp,
    frameBytes: bytes.slice(files.length - frames.length).reduce((sum, each) => sum + each, 0),
  };
}
