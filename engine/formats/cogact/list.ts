/** The episodes of a CogAct recording before they are read: how long each is, and what tells that it has changed. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { throwIfAborted } from '../../base/errors.js';
import { stampOf, unlessFaulty } from '../recording/files.js';
import { chosen, type EpisodeChoice, type EpisodeEntry } from '../recording.js';
import { ARRAYS, type EpisodeFolder, episodeFolders, listFrames, META } from './folders.js';
import { readSteps } from './steps.js';

export interface CogActEntry extends EpisodeEntry {
  readonly path: string;
}

/** By number; what recognition found in `dir` is still there, or the system says why not. */
export async function listEpisodes(
  dir: string,
  choice: EpisodeChoice = {},
  signal?: AbortSignal,
): Promise<CogActEntry[]> {
  const folders = episodeFolders(dir, await readdir(dir, { withFileTypes: true }));
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
