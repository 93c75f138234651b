/** Restores a run folder whose training was killed to the state of its checkpoint. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { counted } from '../../base/counted.js';
import type { TrainStart } from '../../wire/workerMessages.js';
import type { Position } from '../position.js';
import type { RunFolder } from '../runFolder.js';
import type { Saver } from './save.js';

/** Runs before the first step of every start; returns notes for the run. */
export async function repairRun(
  folder: RunFolder,
  start: TrainStart['kind'],
  from: Position,
  saver: Saver,
): Promise<string[]> {
  await folder.clean();
  const notes: string[] = [];
  const aside = start !== 'resume' && (await hasCheckpoints(folder)) ? await folder.putLogAside() : undefined;
  if (aside !== undefined)
    notes.push(
      `this run starts anew, since it has no latest.ckpt; the log of the earlier start, which left other checkpoints, was renamed to ${aside}`,
    );
  const dropped = await folder.rewindLog(from.globalStep);
  if (dropped > 0)
    notes.push(
      `logs.json.txt was cut back to the checkpoint at step ${from.globalStep}: ${counted(dropped, 'line')} removed, whose steps are trained again`,
    );
  if (start === 'resume') notes.push(...(await finishKeeping(folder, from, saver)));
  return notes;
}

/** Checkpoints of an earlier start, for example with `checkpoint.save_last_ckpt=False`. */
async function hasCheckpoints({ checkpoints }: RunFolder): Promise<boolean> {
  const names = await readdir(checkpoints).catch((): string[] => []);
  return names.some((name) => name.endsWith('.ckpt') && !name.startsWith('.'));
}

/** `latest.ckpt` is written first; after a kill right then, its copy among the best is not yet written, or the one it beats not yet removed. */
async function finishKeeping(folder: RunFolder, { keeping }: Position, saver: Saver): Promise<string[]> {
  if (keeping === undefined) return [];
  const notes: string[] = [];
  const copy = join(folder.checkpoints, keeping.save);
  if (!existsSync(copy)) {
    await saver.copy(folder.latest, copy);
    notes.push(`${keeping.save} had not been written when the run was killed; it has been written now`);
  }
  if (keeping.remove !== undefined) await saver.remove(join(folder.checkpoints, keeping.remove));
  return notes;
}
