import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { repairRun } from '../../../engine/training/loop/repair.js';
import { Saver } from '../../../engine/training/loop/save.js';
import { type Position, readPosition, START, writePosition } from '../../../engine/training/position.js';
import { RunFolder } from '../../../engine/training/runFolder.js';

let folder: RunFolder;
beforeEach(async () => {
  folder = new RunFolder(await mkdtemp(join(tmpdir(), 'regrip-repair-')));
  await mkdir(folder.checkpoints);
  for (const name of ['latest.ckpt', 'epoch=0001.ckpt', 'epoch=0002.ckpt'])
    await writeFile(join(folder.checkpoints, name), name);
});
afterEach(() => rm(folder.path, { recursive: true }));

/** Only its copying and removing is asked for, which needs no learner. */
const saver = (): Saver => new Saver({}, folder.path, undefined as never);
const repaired = (start: 'scratch' | 'resume', from: Partial<Position>) =>
  repairRun(folder, start, { ...START, ...from }, saver());
const saved = async (position: Partial<Position>): Promise<Position> =>
  readPosition({ regrip_train: writePosition({ ...START, ...position }) }, 0, 1);

describe('a run that was killed after latest.ckpt, before its copy among the best', () => {
  const keeping = { save: 'epoch=0003.ckpt', remove: 'epoch=0001.ckpt' };

  test('gets the copy, loses the one that it beats, and says so', async () => {
    const notes = await repaired('resume', await saved({ keeping }));
    expect(notes).toEqual([
      'epoch=0003.ckpt had not been written when the run was killed; it has been written now',
    ]);
    expect((await readdir(folder.checkpoints)).sort()).toEqual([
      'epoch=0002.ckpt',
      'epoch=0003.ckpt',
      'latest.ckpt',
    ]);
    expect(await readFile(join(folder.checkpoints, 'epoch=0003.ckpt'), 'utf8')).toBe('latest.ckpt');
  });

  test('one that had got further is left as it is', async () => {
    await writeFile(join(folder.checkpoints, keeping.save), 'whole');
    expect(await repaired('resume', { keeping })).toEqual([]);
    expect(await readFile(join(folder.checkpoints, keeping.save), 'utf8')).toBe('whole');
  });

  test('a training that only takes weights over touches no checkpoint', async () => {
    await repaired('scratch', { keeping });
    expect(await readdir(folder.checkpoints)).toHaveLength(3);
  });
});

test.each(['../victim', '/etc/victim', 'a/../../victim', '..', '.', '', 'latest.ckpt', './latest.ckpt', 7])(
  'a checkpoint that names %j among the best is not believed',
  async (name) => {
    const regrip_train: PlainMap = {
      topk: [
        [name, 0.1],
        ['epoch=0001.ckpt', 0.2],
      ],
      keeping: { save: 'epoch=0002.ckpt', remove: name },
    };
    const { topK, keeping } = readPosition({ regrip_train }, 0, 1);
    expect(topK).toEqual([['epoch=0001.ckpt', 0.2]]);
    expect(keeping).toEqual({ save: 'epoch=0002.ckpt' });
    expect(readPosition({ regrip_train: { keeping: { save: name } } }, 0, 1).keeping).toBeUndefined();
  },
);

test('a start that finds no latest.ckpt among the checkpoints keeps the log of the one before', async () => {
  const path = join(folder.path, 'logs.json.txt');
  await rm(folder.latest);
  for (const n of [1, 2]) {
    await writeFile(path, `{"train_loss": ${n}, "global_step": 0, "epoch": 0}\n`);
    expect(await repaired('scratch', {})).toEqual([
      expect.stringContaining(`was renamed to logs.${n}.json.txt`),
    ]);
    expect(await readFile(join(folder.path, `logs.${n}.json.txt`), 'utf8')).toContain(`"train_loss": ${n}`);
    expect(await folder.readLog()).toEqual([]);
  }
  expect(await repaired('scratch', {})).toEqual([]);
});

test('the log is cut back to the checkpoint, half a line and garbage go, the rest stays as it was written', async () => {
  const kept = [
    '{"train_loss": 1e-05, "global_step": 0, "epoch": 0}',
    '{"train_loss": NaN, "global_step": 1}',
  ];
  const cut = ['{"train_loss": 0.5, "global_step": 2}', '{"train_loss": 0.5, "glo{"global_step": 2}'];
  const path = join(folder.path, 'logs.json.txt');
  await writeFile(path, `${[...kept, ...cut].join('\n')}\n{"train_lo`);
  expect(await repaired('resume', { globalStep: 2 })).toEqual([
    'logs.json.txt was cut back to the checkpoint at step 2: 2 lines removed, whose steps are trained again',
  ]);
  expect(await readFile(path, 'utf8')).toBe(`${kept.join('\n')}\n`);
  expect(await repaired('resume', { globalStep: 2 })).toEqual([]);
});
