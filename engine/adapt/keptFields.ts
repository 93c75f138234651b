/** What is kept of the old normaliser: how it maps each dimension, how far the new data differ in range, and how new ones are fitted. */
import { float32Of } from '../formats/checkpoint/floats.js';
import type { CheckpointFile } from '../formats/checkpoint/types.js';
import type { AxisSource } from '../judge/adapt/sources.js';
import type { AdaptPlan } from '../judge/adapt/types.js';
import { dimensionName, rangeAt } from '../judge/policy/dimensions.js';
import { FIXED_STATISTICS, type FieldStatistics } from '../judge/policy/limits.js';
import { normalizerKey, STATISTICS, type Statistic } from '../judge/policy/normalizer.js';
import { gaussian, modesOf, type NormalizerMode } from '../judge/policy/normalizerMode.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import { type RangeShift, rangeShifts } from './dataSet.js';

export interface KeptField {
  readonly field: string;
  /** For each new dimension the old one, or null. */
  readonly from: AxisSource;
  /** Of the old dimensions. */
  readonly old: FieldStatistics;
  /** Of each new dimension; null where it is new. */
  readonly modes: readonly (NormalizerMode | null)[];
}

export async function readKeptFields(file: CheckpointFile, plan: AdaptPlan): Promise<KeptField[]> {
  const fields: KeptField[] = [];
  for (const field of plan.keptFields) {
    const old = await oldStatistics(file, plan, field);
    const scale = plan.keys.find(({ key }) => key === normalizerKey(field, 'scale'));
    const from = scale?.fate === 'widened' ? scale.from : [...old.scale.keys()];
    const modes = modesOf(old);
    fields.push({ field, old, from, modes: from.map((at) => (at === null ? null : (modes[at] ?? null))) });
  }
  return fields;
}

async function oldStatistics(file: CheckpointFile, plan: AdaptPlan, field: string): Promise<FieldStatistics> {
  const values = async (name: Statistic): Promise<Float32Array> => {
    const key = plan.keys.find((entry) => entry.key === normalizerKey(field, name));
    return key === undefined || key.fate === 'initialised'
      ? new Float32Array()
      : float32Of(await file.read(key.source), key.source.dtype);
  };
  const read: Partial<Record<Statistic, Float32Array>> = {};
  for (const name of STATISTICS) read[name] = await values(name);
  return read as FieldStatistics;
}

/** A camera whose kept normaliser is not the one that its policy usually has. */
export interface OtherPixels {
  readonly field: string;
  /** What pixels of 0 and of 1 become: as kept, and usually. */
  readonly kept: readonly [number, number];
  readonly usual: readonly [number, number];
}

export async function otherPixels(
  file: CheckpointFile,
  { keys }: AdaptPlan,
  { normalizer }: Pick<PolicySpec, 'normalizer'>,
): Promise<OtherPixels[]> {
  const found: OtherPixels[] = [];
  for (const { name: field, range } of normalizer) {
    if (range !== 'image' && range !== 'plain image') continue;
    const value = async (statistic: Statistic): Promise<number | undefined> => {
      const plan = keys.find(({ key }) => key === normalizerKey(field, statistic));
      if (plan?.fate !== 'copied') return undefined;
      return float32Of(await file.read(plan.source), plan.source.dtype)[0];
    };
    const [scale, offset] = [await value('scale'), await value('offset')];
    if (scale === undefined || offset === undefined) continue;
    const expected = FIXED_STATISTICS[range];
    const kept = [offset, scale + offset] as const;
    const usual = [expected.offset[0]!, expected.scale[0]! + expected.offset[0]!] as const;
    if (kept.some((end, side) => Math.abs(end - usual[side]!) > SAME_PIXEL))
      found.push({ field, kept, usual });
  }
  return found;
}

/** A hundredth of one of the 255 steps of a pixel. */
const SAME_PIXEL = 4e-5;

export function compareRanges(
  kept: readonly KeptField[],
  { dimensions }: AdaptPlan,
  statistics: ReadonlyMap<string, FieldStatistics>,
): RangeShift[] {
  return kept.flatMap(({ field, old, from, modes }) => {
    const now = statistics.get(field);
    if (now === undefined) return [];
    const names = dimensions.find((map) => map.field === field)?.now ?? [];
    const nameOf = (at: number) =>
      rangeAt(names, at)?.name === undefined ? undefined : dimensionName(names, at);
    return rangeShifts(field, old, now, from, nameOf).map((shift) => ({
      ...shift,
      mode: modes[shift.dimension] ?? 'other',
    }));
  });
}

/** New dimensions are fitted as the kept ones of their field are where those are all by mean and deviation; else to limits. */
export function fittedAlike(
  statistics: ReadonlyMap<string, FieldStatistics>,
  kept: readonly KeptField[],
): Map<string, FieldStatistics> {
  return new Map(
    [...statistics].map(([field, fitted]) => {
      const modes = kept.find((each) => each.field === field)?.modes.filter((mode) => mode !== null) ?? [];
      const isGaussian = modes.length > 0 && modes.every((mode) => mode === 'gaussian');
      return [field, isGaussian ? gaussian(fitted) : fitted];
    }),
  );
}
