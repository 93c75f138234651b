/** Run folders made of a few lines, as this trainer and upstream's leave them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes files into a run folder; what is not text is written as JSON. */
export async function runFolder(path: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

export const STEPS_PER_EPOCH = 4;

/** What upstream's logger writes: keys and numbers as Python's json does; the epoch's last line carries its values. */
export function upstreamLog(epochs: number, loss: (step: number) => number = falling): string {
  const lines: string[] = [];
  for (let epoch = 0; epoch < epochs; epoch++)
    for (let i = 0; i < STEPS_PER_EPOCH; i++) {
      const step = epoch * STEPS_PER_EPOCH + i;
      const end = i === STEPS_PER_EPOCH - 1;
      const more = end ? `, "val_loss": ${loss(step) * 2}, "train_action_mse_error": ${loss(step) / 4}` : '';
      lines.push(
        `{"train_loss": ${loss(step)}, "global_step": ${step}, "epoch": ${epoch}, "lr": 1e-05${more}}`,
      );
    }
  return `${lines.join('\n')}\n`;
}

export function falling(step: number): number {
  return 1 / (step + 1);
}

/** The lines of a run of this trainer, one an epoch. */
export function ownLog(epochs: number, positionError: (epoch: number) => number): string {
  const lines = Array.from({ length: epochs }, (_, epoch) => ({
    ...{ train_loss: 0.5 / (epoch + 1), global_step: epoch, epoch, lr: 1e-4, val_loss: 0.6 / (epoch + 1) },
    ...{ val_position_error_m: positionError(epoch), val_gripper_accuracy: 0.9, hold_gripper_accuracy: 0.85 },
    ...{ val_gripper_f1_2: 0.4 + epoch / 10, hold_gripper_f1_2: 0 },
  }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** What the page carries for its script: the points of each chart, in the log's units. */
export interface PageData {
  readonly runs: readonly string[];
  readonly charts: Readonly<Record<string, { readonly lines: readonly PageLine[] }>>;
}

export interface PageLine {
  readonly run: number | null;
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

export function pageData(page: string): PageData {
  const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)!;
  return JSON.parse(json!) as PageData;
}
