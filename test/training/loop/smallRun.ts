/** Trainings at the size of the reference checkpoints that a test can afford, in this process. */

import { encodedText } from '../../../engine/base/jsonText.js';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import type { LogLine } from '../../../engine/formats/run/trainLog.js';
import { openBuiltin } from '../../../engine/tensors/engine.js';
import { trainJob } from '../../../engine/training/loop/job.js';
import type { TrainHooks } from '../../../engine/training/loop/loop.js';
import { RunFolder } from '../../../engine/training/runFolder.js';
import type { TrainEvent, TrainResult, TrainStart } from '../../../engine/wire/workerMessages.js';
import { DATA_SET } from '../../adapt/fixtures.js';
import { config } from '../../tensors/policy/configs.js';

export interface Changes {
  readonly training?: Readonly<Record<string, Plain>>;
  readonly regrip?: Readonly<Record<string, Plain>>;
  readonly policy?: Readonly<Record<string, Plain>>;
  readonly dataloader?: Readonly<Record<string, Plain>>;
}

/** A whole resolved config: 8-D, two epochs of three steps of eight windows. */
export function trainingConfig(changes: Changes = {}): PlainMap {
  const base = config(changes.policy);
  return {
    ...base,
    name: 'train',
    task: {
      name: 'pick',
      dataset: {
        zarr_path: 'unused.zarr',
        horizon: 16,
        pad_before: 1,
        pad_after: 7,
        n_obs_steps: 2,
        n_latency_steps: 0,
        seed: 42,
        val_ratio: 0.1,
        max_train_episodes: null,
      },
    },
    ema: { update_after_step: 0, inv_gamma: 1, power: 0.75, min_value: 0, max_value: 0.9999 },
    dataloader: { batch_size: 8, shuffle: true, ...changes.dataloader },
    val_dataloader: { batch_size: 8, shuffle: false },
    training: {
      seed: 42,
      resume: false,
      lr_scheduler: 'cosine',
      lr_warmup_steps: 2,
      num_epochs: 2,
      gradient_accumulate_every: 1,
      use_ema: true,
      checkpoint_every: 1,
      val_every: 1,
      sample_every: 1,
      max_train_steps: 3,
      max_val_steps: 1,
      ...changes.training,
    },
    checkpoint: {
      topk: {
        monitor_key: 'train_loss',
        mode: 'min',
        k: 1,
        format_str: 'epoch={epoch:04d}-train_loss={train_loss:.3f}.ckpt',
      },
      save_last_ckpt: true,
    },
    regrip: {
      sample: { method: 'ddim', steps: 2, windows: 4 },
      backend: 'tensorflow-cpu',
      ...changes.regrip,
    },
  };
}

export interface SmallRun {
  readonly result: TrainResult;
  readonly events: readonly TrainEvent[];
  readonly log: readonly LogLine[];
}

export async function smallRun(
  runDir: string,
  resolved: PlainMap,
  start: TrainStart,
  stopAsked: (events: readonly TrainEvent[]) => boolean = () => false,
  dataset = DATA_SET,
  more: Pick<TrainHooks, 'stopAfterEpochAsked' | 'untilContinued'> = {},
): Promise<SmallRun> {
  const events: TrainEvent[] = [];
  await new RunFolder(runDir).prepare(resolved, [], 'train.yaml');
  const job = {
    runDir,
    dataset,
    config: encodedText(resolved),
    resolved: encodedText(resolved),
    start,
  };
  const hooks = {
    emit: (event: TrainEvent) => void events.push(event),
    stopAsked: () => stopAsked(events),
    ...more,
  };
  const result = await trainJob(job, hooks, openBuiltin);
  return { result, events, log: await new RunFolder(runDir).readLog() };
}
