/** Runs one `regrip finetune` and keeps what it measured, epoch by epoch. */
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainReport } from '../../engine/commands/finetune/report.js';
import type { TrainEvent } from '../../engine/wire/workerMessages.js';
import type { Training } from './sizes.js';
import type { Terminal } from './terminal.js';

/** What the validation episodes say after some steps. */
export interface Measured {
  readonly step: number;
  /** Since the first step, validation included; without the time for the image features. */
  readonly seconds: number;
  /** Of the executed positions, m. */
  readonly positionError: number;
  readonly gripper: Scores | undefined;
  /** Holding the gripper state that was seen when the chunk began. */
  readonly hold: Scores | undefined;
}

export interface Scores {
  readonly accuracy: number;
  readonly f1Within1: number;
  readonly f1Within2: number;
}

export interface TrainingCall {
  readonly config: string;
  readonly overrides: readonly string[];
  readonly training: Training;
  readonly runDir: string;
  readonly init?: string;
  /** Another run over the same data set with the same frozen encoder: its image features are taken over. */
  readonly featuresFrom?: string;
}

/** A run folder of an earlier try, which was stopped, is replaced. */
export async function finetune(terminal: Terminal, call: TrainingCall): Promise<Measured[]> {
  const runDir = join(terminal.folder, call.runDir);
  await rm(runDir, { recursive: true, force: true });
  if (call.featuresFrom !== undefined) await linkFeatures(join(terminal.folder, call.featuresFrom), runDir);
  const measured: Measured[] = [];
  const report = new TrainReport();
  let startedAt = Date.now();
  let stepsPerEpoch = 0;
  const args = ['finetune', call.config, ...overridesOf(call), '--run-dir', call.runDir];
  if (call.init !== undefined) args.push('--init', call.init);
  await terminal.regripEvents(args, (value) => {
    if (!isEvent(value)) return;
    if (value.event === 'start') {
      startedAt = Date.now();
      stepsPerEpoch = value.stepsPerEpoch ?? 0;
    }
    if (value.event === 'epoch' && value.log['val_position_error_m'] !== undefined) {
      const step = (value.epoch + 1) * stepsPerEpoch;
      measured.push(measuredOf(value.log, step, (Date.now() - startedAt) / 1000));
    }
    show(terminal, report, value);
  });
  return measured;
}

/** What a checkpoint is worth before any step: one step at a learning rate of zero and the epoch's validation. */
export async function measureStart(terminal: Terminal, call: TrainingCall): Promise<Measured> {
  const training = { ...call.training, stepsPerEpoch: 1, epochs: 1, learningRate: 0 };
  const [measured] = await finetune(terminal, { ...call, training });
  // Nothing was learnt, so the checkpoint would only take space.
  await rm(join(terminal.folder, call.runDir, 'checkpoints'), { recursive: true, force: true });
  return { ...measured!, step: 0, seconds: 0 };
}

/** A feature file is only ever read, so another run folder may link to it; its name says what it was made from. */
async function linkFeatures(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const files = (await readdir(from)).filter((name) => name.startsWith('features-'));
  for (const file of files) await link(join(from, file), join(to, file));
}

function overridesOf({ overrides, training }: TrainingCall): string[] {
  return [
    ...overrides,
    `dataloader.batch_size=${training.batchSize}`,
    `optimizer.learning_rate=${training.learningRate}`,
    `training.max_train_steps=${training.stepsPerEpoch}`,
    `training.num_epochs=${training.epochs}`,
    `training.val_every=${training.validateEvery}`,
    `training.sample_every=${training.validateEvery}`,
    `regrip.noise_samples=${training.noiseSamples ?? 1}`,
  ];
}

function isEvent(value: unknown): value is TrainEvent {
  return typeof value === 'object' && value !== null && 'event' in value;
}

function show(terminal: Terminal, report: TrainReport, event: TrainEvent): void {
  if (event.event === 'note' && event.message.startsWith('FROM SCRATCH')) return; // stderr said it first
  const told = report.tell(event);
  if (told.kind === 'progress') terminal.progress.show(told.text);
  else if (told.kind !== 'nothing') terminal.say(told.text);
}

function measuredOf(log: Readonly<Record<string, number>>, step: number, seconds: number): Measured {
  return {
    step,
    seconds,
    positionError: log['val_position_error_m'] ?? Number.NaN,
    gripper: scoresOf(log, 'val_gripper'),
    hold: scoresOf(log, 'hold_gripper'),
  };
}

/** A missing F1 (no switch on either side) counts as none hit. */
function scoresOf(log: Readonly<Record<string, number>>, prefix: string): Scores | undefined {
  const accuracy = log[`${prefix}_accuracy`];
  if (accuracy === undefined) return undefined;
  return { accuracy, f1Within1: log[`${prefix}_f1_1`] ?? 0, f1Within2: log[`${prefix}_f1_2`] ?? 0 };
}
