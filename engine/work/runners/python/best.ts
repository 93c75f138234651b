/** The best checkpoint that train.py has kept, identified by its file name, into which upstream writes the monitored value. */

import type { TopKOptions } from '../../../training/topK.js';
import type { TrainResult } from '../../../wire/workerMessages.js';

const FIELD = /\{([^{}:!]*)(?::[^{}]*)?\}/g;

/** `names`: files of the run's `checkpoints`. Null where no name contains the monitored value. */
export function bestByName(names: readonly string[], options: TopKOptions): TrainResult['best'] {
  const { monitorKey, mode, formatStr } = options;
  const pattern = patternOf(formatStr, monitorKey);
  const found = names.flatMap((checkpoint) => {
    const text = pattern.exec(checkpoint)?.groups?.['value'];
    const value = Number(text ?? Number.NaN);
    return Number.isFinite(value) ? [{ checkpoint, monitor: monitorKey, value }] : [];
  });
  const isBetter = (a: number, b: number): boolean => (mode === 'max' ? a > b : a < b);
  return found.reduce<TrainResult['best']>(
    (best, one) => (best === null || isBetter(one.value, best.value) ? one : best),
    null,
  );
}

/** The format string as a pattern: the monitored value is a group, every other field matches anything. */
function patternOf(formatStr: string, monitorKey: string): RegExp {
  const parts: string[] = [];
  let end = 0;
  let isNamed = false;
  for (const field of formatStr.matchAll(FIELD)) {
    parts.push(escaped(formatStr.slice(end, field.index)));
    const isValue: boolean = field[1] === monitorKey && !isNamed;
    isNamed ||= isValue;
    parts.push(isValue ? '(?<value>\\s*-?\\d[\\d.]*(?:e[+-]?\\d+)?)' : '.*?');
    end = field.index + field[0].length;
  }
  return new RegExp(`^${parts.join('')}${escaped(formatStr.slice(end))}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
