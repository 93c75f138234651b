/** A tiny training in a process of its own, for a test that kills it: warms up, waits for the run folder, trains there. */
import { existsSync } from 'node:fs';
import type { PlainMap } from '../../../engine/base/plain.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { RunFolder } from '../../../engine/training/runFolder.js';
import { pose, shapeMeta } from '../../tensors/policy/configs.js';
import { smallRun, trainingConfig } from './smallRun.js';

/** Paths; the compiled program does not lie beside the fixtures. */
export interface TinyRun {
  readonly runDir: string;
  readonly dataset: string;
}

/** `ready` once the engine is loaded, `training` after the first step, `done` at the end. */
export type KilledRunMessage = 'ready' | 'training' | 'done';

/**
 * No images, so that a step takes a few milliseconds and a checkpoint is written several times a second. Everything that a resume must
 * bring back takes part: moments, EMA, schedule, shuffling, dropout, and gradients that wait for their update over an epoch's end.
 */
export const TINY: PlainMap = trainingConfig({
  training: {
    num_epochs: 14,
    max_train_steps: 5,
    max_val_steps: 1,
    gradient_accumulate_every: 2,
    sample_every: 3,
    lr_warmup_steps: 20,
  },
  policy: {
    shape_meta: shapeMeta({ robot_eef_pose: pose }, 8),
    n_layer: 1,
    n_emb: 8,
    p_drop_attn: 0.3,
  },
});

/** Goes on with the folder's checkpoint where there is one. */
export async function tinyRun({ runDir, dataset }: TinyRun, onFirstStep: () => void): Promise<void> {
  const { latest } = new RunFolder(runDir);
  const resumed = existsSync(latest);
  const start = resumed ? ({ kind: 'resume', checkpoint: latest } as const) : ({ kind: 'scratch' } as const);
  let stepped = false;
  const afterStep = (): boolean => {
    if (!stepped) onFirstStep();
    stepped = true;
    return false;
  };
  await smallRun(runDir, TINY, start, afterStep, dataset);
}

if (process.send !== undefined && process.argv[1]?.endsWith('killedRun.js')) {
  process.once('message', async (run: TinyRun) => {
    await tinyRun(run, () => process.send?.('training' satisfies KilledRunMessage));
    process.send?.('done' satisfies KilledRunMessage, () => process.exit(0));
  });
  process.once('disconnect', () => process.exit(1));
  await openBackend({ request: 'tensorflow-cpu' });
  process.send('ready' satisfies KilledRunMessage);
}
