/** Checkpoint files for the tests: the reference ones unpacked, and small ones made on the spot. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type {
  CheckpointContent,
  CheckpointFile,
  TensorInfo,
  TensorSource,
} from '../../../engine/formats/checkpoint/types.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
export const fixture = (name: string) => join(fixtures, name);

export interface ReferenceTensor {
  readonly shape: number[];
  readonly dtype: string;
  readonly sha256: string;
  readonly aliases?: string;
}

interface Moment {
  readonly shape: number[];
  readonly sum: number;
}

/** What PyTorch and OmegaConf saw in a reference checkpoint. */
export interface Reference {
  readonly state_dicts: {
    readonly model: Record<string, ReferenceTensor>;
    readonly ema_model: Record<string, ReferenceTensor>;
    readonly optimizer: {
      readonly param_groups: Record<string, unknown>[];
      readonly state_entries: number;
      readonly state: Record<string, { step: Moment; exp_avg: Moment; exp_avg_sq: Moment }>;
    };
  };
  readonly pickles: Record<string, unknown>;
  readonly cfg: Record<string, unknown>;
}

export type ReferenceName = 'policy-7d' | 'policy-8d';

export function referenceOf(name: ReferenceName): Reference {
  return JSON.parse(readFileSync(fixture(`reference/${name}.json`), 'utf8')) as Reference;
}

export async function unpack(name: ReferenceName, folder: string): Promise<string> {
  const path = join(folder, `${name}.ckpt`);
  await writeFile(path, gunzipSync(readFileSync(fixture(`reference/${name}.ckpt.gz`))));
  return path;
}

/** Everything in an opened checkpoint, to be written again. */
export function contentOf(file: CheckpointFile): CheckpointContent {
  const { stateDicts, optimizer, pickles, config } = file.index;
  const source = (tensor: TensorInfo): TensorSource => ({ ...tensor, read: () => file.read(tensor) });
  const state = [...(optimizer?.state ?? [])].map(
    ([index, { step, expAvg, expAvgSq }]) =>
      [index, { step, expAvg: source(expAvg), expAvgSq: source(expAvgSq) }] as const,
  );
  return {
    config: config!,
    stateDicts: Object.fromEntries(
      Object.entries(stateDicts).map(([name, list]) => [name, list.map(source)]),
    ),
    ...(optimizer && { optimizer: { paramGroups: optimizer.paramGroups, state: new Map(state) } }),
    pickles,
  };
}

/** A tensor of float32 values. */
export function floats(key: string, shape: number[], values: number[]): TensorSource {
  return { key, shape, dtype: 'float32', read: () => new Uint8Array(Float32Array.from(values).buffer) };
}

/** A checkpoint with one tensor and one alias of it. */
export const SMALL: CheckpointContent = {
  config: { horizon: 16, name: '${task.name}' },
  stateDicts: {
    model: [floats('weight', [2, 2], [1, 2, 3, 4]), { ...floats('same', [2, 2], []), alias: 'weight' }],
  },
  pickles: { epoch: 3 },
};
