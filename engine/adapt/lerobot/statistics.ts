/** The statistics of the new policy's processors: old dimensions bit for bit, new ones from the data set. Planned from headers, filled when written. */
import { counted } from '../../base/counted.js';
import { shownName } from '../../base/shown.js';
import { dtypeFacts } from '../../formats/checkpoint/dtypes.js';
import { floatBytes, isFloat } from '../../formats/checkpoint/floats.js';
import type { CheckpointFile, TensorInfo, TensorSource } from '../../formats/checkpoint/types.js';
import type { PolicyFeature } from '../../formats/lerobot/dataSetInfo.js';
import type { DataSetStatistics } from '../../formats/lerobot/dataSetStatistics.js';
import { type PolicyFeatures, statisticKey, statisticsOfMode } from '../../formats/lerobot/features.js';
import { type AxisSource, isIdentity } from '../../judge/adapt/sources.js';
import { AdaptError } from '../adaptError.js';
import { widen } from '../widen.js';

export interface StatisticsInput {
  readonly old: PolicyFeatures;
  readonly now: PolicyFeatures;
  /** By the new policy's feature: the old one that it continues, and where each of its entries is from; pictures have no source. */
  readonly continued: ReadonlyMap<string, { readonly before: string; readonly from: AxisSource | undefined }>;
  /** The data set's, by the policy's names; undefined where no data set is given. */
  readonly data: DataSetStatistics | undefined;
  /** Pictures that are new are normalised by ImageNet's statistics, as LeRobot trains unless it is told otherwise. */
  readonly useImageNet: boolean;
}

/** One tensor of a processor's state. */
export interface StatisticEntry {
  readonly key: string;
  readonly feature: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Of the old policy; undefined for a feature that is new. */
  readonly source: TensorInfo | undefined;
  /** Where each entry is from; undefined where the old tensor stays as it is. */
  readonly from: AxisSource | undefined;
  /** A whole tensor of the data set's values, for the entries that are new. */
  readonly fresh: readonly number[] | undefined;
}

export interface StatisticsPlan {
  readonly entries: readonly StatisticEntry[];
  /** What has no value in the data set and is not needed; each a whole sentence. */
  readonly notes: readonly string[];
  /** Features that need statistics which no data set gave; writing is refused. */
  readonly missing: readonly string[];
}

/** Throws `AdaptError` where the old statistics contradict the old policy, or the data set lacks some that a mode needs. */
export function planStatistics(tensors: readonly TensorInfo[], input: StatisticsInput): StatisticsPlan {
  const entries: StatisticEntry[] = [];
  const notes = new Set<string>();
  const missing = new Set<string>();
  for (const tensor of tensors) {
    const { feature, statistic } = statisticKey(tensor.key);
    const name = newName(feature, input);
    if (name === undefined) continue;
    const planned = continuedEntry(tensor, name, statistic, input);
    if (planned.kind === 'entry') entries.push(planned.entry);
    else if (planned.isNeeded) missing.add(name);
    else notes.add(planned.note);
  }
  // A step without statistics passes everything on as it is, and what it passed on so stays so.
  for (const [name, feature] of tensors.length > 0 ? input.now.all : []) {
    if (input.continued.has(name)) continue;
    const fresh = freshEntries(name, feature, input);
    if (fresh === undefined) missing.add(name);
    else entries.push(...fresh);
  }
  return { entries, notes: [...notes], missing: [...missing] };
}

/** Undefined for a feature of the old policy that the new one does not have. Times and indices, which are not a matter of the policy, stay. */
function newName(feature: string, { old, now, continued }: StatisticsInput): string | undefined {
  if (!old.all.has(feature)) return now.all.has(feature) ? undefined : feature;
  return [...continued].find(([, { before }]) => before === feature)?.[0];
}

type Planned =
  | { readonly kind: 'entry'; readonly entry: StatisticEntry }
  | { readonly kind: 'none'; readonly isNeeded: boolean; readonly note: string };

function continuedEntry(
  tensor: TensorInfo,
  name: string,
  statistic: string,
  input: StatisticsInput,
): Planned {
  const { before, from } = input.continued.get(name) ?? { before: undefined, from: undefined };
  const { shape, dtype } = tensor;
  const entry = { key: `${name}.${statistic}`, feature: name, shape, dtype, source: tensor };
  const asItIs = { kind: 'entry', entry: { ...entry, from: undefined, fresh: undefined } } as const;
  if (before === undefined || from === undefined || statistic === 'count') return asItIs;
  const width = input.old.all.get(before)!.shape[0]!;
  if (shape.length !== 1 || shape[0] !== width) {
    if (isIdentity(from, width)) return asItIs;
    throw new AdaptError({
      code: 'adapt-statistics',
      message: `${shownName(tensor.key)} of the old policy has the shape [${shape.join(', ')}], expected [${width}]`,
      hint: 'Save the old policy and its processors again with LeRobot.',
    });
  }
  if (isIdentity(from, width)) return asItIs;
  if (!isFloat(dtype))
    throw new AdaptError({
      code: 'adapt-statistics',
      message: `${shownName(tensor.key)} of the old policy is ${dtype}, expected floats`,
      hint: 'Save the old policy and its processors again with LeRobot.',
    });
  const widened = { ...entry, shape: [from.length], from };
  if (!from.includes(null)) return { kind: 'entry', entry: { ...widened, fresh: undefined } };
  const fresh = valuesOf(name, statistic, from.length, input);
  if (fresh !== undefined) return { kind: 'entry', entry: { ...widened, fresh } };
  const isNeeded = statisticsOfMode(input.now.modeOf(input.now.all.get(name)!.type)).includes(statistic);
  return {
    kind: 'none',
    isNeeded,
    note: `${name}.${statistic} is left out: the data set has none for the new dimensions`,
  };
}

/** Of the data set, as many as the feature has; throws where it has others, or one that is not a number. */
function valuesOf(
  name: string,
  statistic: string,
  width: number,
  { data }: StatisticsInput,
): readonly number[] | undefined {
  const values = data?.get(name)?.get(statistic);
  if (values === undefined) return undefined;
  if (values.length !== width)
    throw new AdaptError({
      code: 'adapt-statistics',
      message: `the data set's statistics have ${counted(values.length, 'value')} for ${shownName(`${name}.${statistic}`)}, expected ${width}`,
      hint: 'Compute them again; its header (meta/info.json) and its statistics contradict each other.',
    });
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new AdaptError({
    code: 'data-set-not-finite',
    message: `${shownName(`${name}.${statistic}`)} is ${values[bad]} in dimension ${bad} of the data set's statistics: the policy would be unusable`,
    hint: 'Correct or remove the episode with that value, and compute the statistics again.',
  });
}

const IMAGENET: Readonly<Record<string, readonly number[]>> = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** Of a feature that the old policy did not have; undefined where its mode needs what the data set does not give. */
function freshEntries(
  name: string,
  feature: PolicyFeature,
  input: StatisticsInput,
): StatisticEntry[] | undefined {
  const known = new Map(input.data?.get(name) ?? []);
  if (feature.type === 'VISUAL' && feature.shape[0] === 3 && input.useImageNet)
    for (const [statistic, values] of Object.entries(IMAGENET)) known.set(statistic, values);
  const needed = statisticsOfMode(input.now.modeOf(feature.type));
  if (needed.some((statistic) => !known.has(statistic))) return undefined;
  const width = feature.shape[0]!;
  return [...known.keys()].map((statistic) => {
    const size = statistic === 'count' ? 1 : width;
    const isOurs = feature.type === 'VISUAL' && input.useImageNet && Object.hasOwn(IMAGENET, statistic);
    const values = isOurs ? IMAGENET[statistic]! : valuesOf(name, statistic, size, input)!;
    const shape = feature.type === 'VISUAL' && statistic !== 'count' ? [size, 1, 1] : [size];
    return {
      key: `${name}.${statistic}`,
      feature: name,
      shape,
      dtype: 'float32',
      source: undefined,
      from: undefined,
      fresh: values,
    };
  });
}

/** As it is written; what is kept are the old bits. */
export function statisticSource(entry: StatisticEntry, file: CheckpointFile): TensorSource {
  const { key, shape, dtype } = entry;
  return { key, shape, dtype, read: () => entryBytes(entry, file) };
}

async function entryBytes(
  { source, from, fresh, shape, dtype }: StatisticEntry,
  file: CheckpointFile,
): Promise<Uint8Array> {
  const values = () => floatBytes(Float32Array.from(fresh ?? new Float32Array(shape[0]!)), dtype);
  if (source === undefined) return values();
  const old = await file.read(source);
  return from === undefined
    ? old
    : widen(old, source.shape[0]!, values(), { shape, axis: 0, from }, dtypeFacts(dtype)!.bytes);
}
