/** Which checkpoints are kept: the k best by one value of the log, named as upstream names them. */
import { join } from 'node:path';
import type { RegripError } from '../base/errors.js';
import { BUILTIN_KEYS } from '../formats/run/trainLog.js';
import { formatPython } from './pythonFormat.js';
import { TrainingError } from './trainingError.js';

export interface TopKOptions {
  readonly monitorKey: string;
  readonly mode: 'min' | 'max';
  readonly k: number;
  readonly formatStr: string;
}

export interface TopKStep {
  /** Write the checkpoint here. */
  readonly save: string;
  /** Then remove this one, which the new one replaces. */
  readonly remove: string | undefined;
}

/** Throws, before the first step, what would otherwise fail at the end of the first epoch. */
export function requireLogged({ monitorKey, k }: TopKOptions, validationWindows: number): void {
  if (k === 0) return;
  const isWithout = monitorKey.startsWith('val_') && validationWindows === 0;
  if (BUILTIN_KEYS.test(monitorKey) && !isWithout) return;
  throw new TrainingError({
    code: 'checkpoint-monitor',
    message: isWithout
      ? `checkpoint.topk.monitor_key is '${monitorKey}', which is logged only with validation episodes, and there are none`
      : `checkpoint.topk.monitor_key is '${monitorKey}', which the builtin runner never logs`,
    hint: isWithout
      ? 'hold out episodes (task.dataset.val_ratio=0.1), or choose by train_loss: checkpoint.topk.monitor_key=train_loss'
      : 'choose by val_loss or train_loss: checkpoint.topk.monitor_key=val_loss',
  });
}

export class TopK {
  /** File name → monitored value, in the order of saving. */
  private readonly kept: Map<string, number>;

  constructor(
    private readonly options: TopKOptions,
    kept: Iterable<readonly [string, number]> = [],
  ) {
    this.kept = new Map(kept);
  }

  /** The list is saved in the checkpoint, so that a resumed run continues with it. */
  entries(): readonly (readonly [string, number])[] {
    return [...this.kept];
  }

  best(): { readonly name: string; readonly value: number } | undefined {
    const [first] = this.ranked();
    return first === undefined ? undefined : { name: first[0], value: first[1] };
  }

  /** Ranks an epoch's log; undefined when it is not among the k best. NaN never beats a number. */
  judge(folder: string, log: Readonly<Record<string, number>>): TopKStep | undefined {
    const { monitorKey, k, formatStr } = this.options;
    if (k === 0) return undefined;
    const sanitised = Object.fromEntries(
      Object.entries(log).map(([key, v]) => [key.replaceAll('/', '_'), v]),
    );
    const value = sanitised[monitorKey];
    if (value === undefined) throw this.unknownKey(Object.keys(sanitised));
    const name = formatPython(formatStr, sanitised);
    let remove: string | undefined;
    if (this.kept.size >= k && !this.kept.has(name)) {
      const worst = this.ranked().at(-1)!;
      if (!this.beats(value, worst[1])) return undefined;
      this.kept.delete(worst[0]);
      remove = join(folder, worst[0]);
    }
    this.kept.set(name, value);
    return { save: join(folder, name), remove };
  }

  private ranked(): (readonly [string, number])[] {
    return [...this.kept].sort((a, b) => (this.beats(a[1], b[1]) ? -1 : this.beats(b[1], a[1]) ? 1 : 0));
  }

  private beats(a: number, b: number): boolean {
    if (Number.isNaN(b)) return !Number.isNaN(a);
    return this.options.mode === 'max' ? a > b : a < b;
  }

  private unknownKey(known: readonly string[]): RegripError {
    return new TrainingError({
      code: 'checkpoint-monitor',
      message: `checkpoint.topk.monitor_key is '${this.options.monitorKey}', but this epoch's log has only ${known.join(', ')}`,
      hint: 'use train_loss, or a key that is logged on every epoch that is a multiple of training.checkpoint_every',
    });
  }
}
