/** Compares the statistics that are kept with those of the new data set, and finds new dimensions that never change in it. */
import { counted } from '../../base/counted.js';
import { precise } from '../../base/numberText.js';
import { shownName } from '../../base/shown.js';
import { float32Of, isFloat } from '../../formats/checkpoint/floats.js';
import type { CheckpointFile, TensorInfo } from '../../formats/checkpoint/types.js';
import { statisticsOfMode } from '../../formats/lerobot/features.js';
import type { StatisticsInput } from './statistics.js';

/** Equal to float32 rounding counts as equal. */
const SAME = 1e-6;

/** Whole sentences. `tensors` are those of one processor's state. */
export async function rangeWarnings(
  file: CheckpointFile,
  tensors: readonly TensorInfo[],
  input: StatisticsInput,
): Promise<string[]> {
  const differing: string[] = [];
  for (const [name, { before, from }] of input.continued) {
    const pair = statisticsOfMode(input.now.modeOf(input.now.all.get(name)!.type));
    if (from === undefined || pair.length === 0) continue;
    const old: Float32Array[] = [];
    for (const statistic of pair) old.push(await valuesOf(file, tensors, `${before}.${statistic}`));
    const now = pair.map((statistic) => input.data?.get(name)?.get(statistic) ?? []);
    const kept = from.flatMap((source, index) => (source === null ? [] : [{ source, index }]));
    const moved = kept.filter(({ source, index }) => differs(old, now, source, index));
    const [first] = moved;
    if (first === undefined) continue;
    differing.push(
      `${shownName(name)}: ${pair.join(' and ')} differ in the new data set in ${moved.length} of ${counted(kept.length, 'kept dimension')}; dimension ${first.index} has ${pairText(now, first.index)} and had ${pairText(old, first.source)}`,
    );
  }
  return differing.length === 0 ? [] : [...differing, REFIT];
}

const REFIT =
  'lerobot-train --policy.path takes the statistics of its data set, not those of this folder: while they differ, a training does not begin with the old behaviour';

function differs(
  old: readonly ArrayLike<number>[],
  now: readonly ArrayLike<number>[],
  source: number,
  index: number,
): boolean {
  const size = Math.max(1, ...old.map((values) => Math.abs(values[source] ?? 0)));
  return old.some((values, which) => {
    const [before, after] = [values[source], now[which]![index]];
    return (
      before !== undefined && after !== undefined && !(Math.abs(before - Math.fround(after)) <= SAME * size)
    );
  });
}

function pairText([low, high]: readonly ArrayLike<number>[], index: number): string {
  return `${precise(low?.[index], 5)}, ${precise(high?.[index], 5)}`;
}

async function valuesOf(
  file: CheckpointFile,
  tensors: readonly TensorInfo[],
  key: string,
): Promise<Float32Array> {
  const tensor = tensors.find((each) => each.key === key);
  if (tensor === undefined || !isFloat(tensor.dtype)) return new Float32Array();
  return float32Of(await file.read(tensor), tensor.dtype);
}

/** New dimensions whose statistics leave nothing to scale by. */
export function constantWarnings(
  { continued, now, data }: StatisticsInput,
  names: readonly string[] | undefined,
): string[] {
  return [...now.all].flatMap(([feature, { type, shape }]) => {
    const mode = now.modeOf(type);
    const [low, high] = statisticsOfMode(mode).map((statistic) => data?.get(feature)?.get(statistic));
    const from = continued.get(feature)?.from;
    if (type === 'VISUAL' || low === undefined || high === undefined) return [];
    return Array.from({ length: shape[0]! }, (_, index) => index).flatMap((index) => {
      const isNew = from === undefined || from[index] === null;
      const isConstant = mode === 'MEAN_STD' ? high[index] === 0 : low[index] === high[index];
      if (!isNew || !isConstant) return [];
      const name = feature === 'action' ? names?.[index] : undefined;
      const called = name === undefined ? '' : ` (${shownName(name)})`;
      return [
        `${shownName(feature)}[${index}]${called} never changes in the new data set: there is nothing to learn of it, and any other value would be far out of range`,
      ];
    });
  });
}
