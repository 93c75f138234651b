/** The reference checkpoints as an index, from their JSON listings; no tensors. */
import { readFileSync } from 'node:fs';
import type { PlainMap } from '../../engine/base/plain.js';
import type { CheckpointIndex, TensorInfo } from '../../engine/formats/checkpoint/types.js';
import { config, gripper, image, pose, shapeMeta } from '../tensors/policy/configs.js';

interface SavedTensor {
  readonly shape: number[];
  readonly sha256: string;
  readonly dtype: string;
  readonly aliases?: string;
}
export interface Listing {
  readonly state_dicts: {
    readonly model: Record<string, SavedTensor>;
    readonly ema_model: Record<string, SavedTensor>;
    readonly optimizer: {
      readonly param_groups: (PlainMap & { readonly params: number })[];
      readonly state: Record<
        string,
        { step: { sum: number }; exp_avg: SavedTensor; exp_avg_sq: SavedTensor }
      >;
    };
  };
  readonly cfg: PlainMap;
}

export function readListing(name: string): Listing {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/reference/${name}`, import.meta.url), 'utf8'),
  ) as Listing;
}

/** As `openCheckpoint` gives it, apart from strides and storages. */
export function indexOf(name: string): CheckpointIndex {
  const { state_dicts: dicts, cfg } = readListing(name);
  let next = 0;
  const tensor = (key: string, { shape, aliases }: SavedTensor): TensorInfo => ({
    key,
    shape,
    dtype: 'float32',
    stride: [],
    storageOffset: 0,
    storage: String(next++),
    ...(aliases && { alias: aliases }),
  });
  const dict = (saved: Record<string, SavedTensor>) =>
    Object.entries(saved).map(([key, entry]) => tensor(key, entry));
  let first = 0;
  const paramGroups = dicts.optimizer.param_groups.map((group) => ({
    ...group,
    params: Array.from({ length: group.params }, () => first++),
  }));
  const state = Object.entries(dicts.optimizer.state).map(([index, entry]) => {
    const moments = {
      step: entry.step.sum,
      expAvg: tensor(`state.${index}.exp_avg`, entry.exp_avg),
      expAvgSq: tensor(`state.${index}.exp_avg_sq`, entry.exp_avg_sq),
    };
    return [Number(index), moments] as const;
  });
  return {
    path: name,
    stateDicts: { model: dict(dicts.model), ema_model: dict(dicts.ema_model) },
    optimizer: { paramGroups, state: new Map(state) },
    pickles: {},
    unexpectedGlobals: [],
    config: cfg,
  };
}

export const oldShapes = shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 7);
export const newShapes = shapeMeta(
  { image: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper },
  8,
);
export const oldConfig = config({ shape_meta: oldShapes });
export const newConfig = config({ shape_meta: newShapes });

/** Upstream's normaliser of the reference data set, by key. */
export function readNormalizer(): Record<string, number[]> {
  const path = new URL('../fixtures/reference/policy-8d.numerics.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { normalizer: Record<string, number[]> }).normalizer;
}
