/** How fast a run went, by what it left: the times of its checkpoints, else of its log. Upstream's logs hold no times. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLogLine } from './findRuns.js';

/** Wall-clock seconds an optimisation step, validation and saving included; undefined where the files do not tell. */
export async function secondsPerStep(run: string): Promise<number | undefined> {
  const log = join(run, 'logs.json.txt');
  const last = await lastLogLine(log);
  const [step, epoch] = [last?.['global_step'], last?.['epoch']];
  if (step === undefined || epoch === undefined) return undefined;
  const anEpoch = await secondsPerEpoch(join(run, 'checkpoints'));
  if (anEpoch !== undefined) return (anEpoch * (epoch + 1)) / (step + 1);
  const { birthtimeMs, mtimeMs } = await stat(log);
  // The first line comes with the end of the first step or epoch, so this is a little too fast; a copied log has no duration.
  return mtimeMs > birthtimeMs && birthtimeMs > 0 ? (mtimeMs - birthtimeMs) / 1000 / (step + 1) : undefined;
}

/** The median over checkpoints that follow each other: a pause between two of them changes little. */
async function secondsPerEpoch(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  const saved = await Promise.all(
    names.flatMap((name) => {
      const [, epoch] = /^epoch=(\d+)\b.*\.ckpt$/.exec(name) ?? [];
      return epoch === undefined ? [] : [savedAt(join(folder, name), Number(epoch))];
    }),
  );
  const sorted = saved.flat().sort((a, b) => a.epoch - b.epoch);
  const paces = sorted.slice(1).flatMap(({ epoch, time }, index) => {
    const before = sorted[index]!;
    if (time <= before.time || epoch === before.epoch) return []; // copied, or saved again after a resume
    return [(time - before.time) / 1000 / (epoch - before.epoch)];
  });
  return paces.sort((a, b) => a - b)[Math.floor(paces.length / 2)];
}

/** Nothing for one that a run that goes on has removed meanwhile. */
async function savedAt(file: string, epoch: number) {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? [] : [{ epoch, time: found.mtimeMs }];
}
