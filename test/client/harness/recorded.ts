/** A real short fine-tuning as it was recorded: its events and its log. `test/fixtures/panels/make.mjs` recorded it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LogLine, parseLogLine } from '../../../engine/formats/run/trainLog.js';
import type { TrainEvent, TrainResult } from '../../../engine/wire/workerMessages.js';

const lines = (name: string): string[] =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/panels/${name}`, import.meta.url)), 'utf8')
    .trim()
    .split('\n');

export function recordedEvents(): TrainEvent[] {
  return lines('finetune.events.jsonl')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TrainEvent);
}

export function recordedResult(): TrainResult {
  return JSON.parse(lines('finetune.events.jsonl').at(-1)!) as TrainResult;
}

export function recordedLog(): LogLine[] {
  return lines('finetune.logs.json.txt').map((line) => parseLogLine(line)!);
}

/** A log as a long run writes it: the loss falls with noise, every `stepsPerEpoch` steps an epoch is validated. */
export function longLog(steps: number, stepsPerEpoch: number, first = 0.28): LogLine[] {
  let seed = 7;
  const noise = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648 - 0.5;
  };
  return Array.from({ length: steps }, (_, step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    const fall = first * (0.12 + 0.88 * Math.exp((-4 * step) / steps));
    const row = {
      train_loss: fall * (1 + 0.7 * noise()),
      global_step: step,
      epoch,
      lr: 1e-4 * (1 - step / steps),
    };
    if ((step + 1) % stepsPerEpoch !== 0) return row;
    const done = step / steps;
    return {
      ...row,
      train_loss: fall,
      val_loss: fall * (1.15 + 0.1 * noise()),
      val_position_error_m: 0.014 + 0.02 * Math.exp(-6 * done) + 0.001 * noise(),
      val_rotation_error_deg: 2 + 3 * Math.exp(-6 * done) + 0.1 * noise(),
      val_gripper_accuracy: 0.95 - 0.3 * Math.exp(-8 * done) + 0.01 * noise(),
      val_gripper_f1_1: 0.4 - 0.36 * Math.exp(-3 * done) + 0.02 * noise(),
      val_gripper_f1_2: 0.6 - 0.5 * Math.exp(-3 * done) + 0.02 * noise(),
      hold_gripper_accuracy: 0.872,
      hold_gripper_f1_1: 0,
      hold_gripper_f1_2: 0,
    };
  });
}
