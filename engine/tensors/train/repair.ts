/** Brings a run folder that a kill left in the middle of something back to what its checkpoint says. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { counted } from '../../base/counted.js';
import type { Position } from '../../training/position.js';
import type { RunFolder } from '../../training/runFolder.js';
import type { TrainStart } from '../../wire/workerMessages.js';
import type { Saver } from './save.js';

/** Done before the first step of every start; returns what the run should say about it. */
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
      `this run begins anew, since it has no latest.ckpt; the log of its earlier start, of which checkpoints are left, is kept as ${aside}`,
    );
  const dropped = await folder.rewindLog(from.globalStep);
  if (dropped > 0)
    notes.push(
      `logs.json.txt is cut back to the checkpoint at step ${from.globalStep}: ${counted(dropped, 'line')} ${dropped === 1 ? 'goes' : 'go'}, whose steps are done again`,
    );
  if (start === 'resume') notes.push(...(await finishKeeping(folder, from, saver)));
  return notes;
}

/** What an earlier start trained for, with `checkpoint.save_last_ckpt=False` for instance. */
async function hasCheckpoints({ checkpoints }: RunFolder): Promise<boolean> {
  const names = await readdir(checkpoints).catch((): string[] => []);
  return names.some((name) => name.endsWith('.ckpt') && !name.startsWith('.'));
}

/** `latest.ckpt` is written first; a kill right after it leaves its copy among the best, or the one that it beats, undone. */
async function finishKeeping(folder: RunFolder, { keeping }: Position, saver: Saver): Promise<string[]> {
  if (keeping === undefined) return [];
  const notes: string[] = [];
  const copy = join(folder.checkpoints, keeping.save);
  if (!existsSync(copy)) {
    await saver.copy(folder.latest, copy);
    notes.push(`${keeping.save} was still to be written when the run ended; it is now`);
  }
  if (keeping.remove !== undefined) await saver.remove(join(folder.checkpoints, keeping.remove));
  return notes;
}
