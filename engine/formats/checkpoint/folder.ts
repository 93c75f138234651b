/** What is said of a folder that is given as a checkpoint: what it is, and which checkpoint in it could be meant. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quoted } from '../../base/shell.js';
import { type FolderFacts, folderFacts, notThis } from '../folders.js';
import { CHOOSE, CheckpointError } from './checkpointError.js';

const CHECKPOINTS = 'checkpoints';
/** Upstream's trainings write it last. */
const LATEST = 'latest.ckpt';

/** Undefined where no folder is at the path. */
export async function notACheckpoint(path: string): Promise<CheckpointError | undefined> {
  const facts = await folderFacts(path);
  if (facts === undefined) return undefined;
  const inRun = await readdir(join(path, CHECKPOINTS)).catch((): string[] => []);
  const saved = [
    ...facts.names.filter(isSaved).map((name) => join(path, name)),
    ...inRun.filter(isSaved).map((name) => join(path, CHECKPOINTS, name)),
  ];
  const named = saved.find((each) => each.endsWith(LATEST)) ?? saved.sort()[0];
  const hint =
    named === undefined ? hintWithout(facts) : `Give one of its checkpoints, for example ${quoted(named)}`;
  return new CheckpointError('checkpoint-missing', path, notThis(facts, 'a checkpoint file'), hint);
}

function hintWithout({ kind }: FolderFacts): string {
  if (kind === 'run') return `No checkpoint is in it. ${CHOOSE}`;
  return kind === 'data set' ? `${CHOOSE} evaluate and predict take the data set as --data.` : CHOOSE;
}

function isSaved(name: string): boolean {
  return /\.(?:ckpt|pt|pth|safetensors)$/.test(name);
}
