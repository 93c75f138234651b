/** Policies of every family with any number of actions and observed values, and maps between any two of them. */
import fc from 'fast-check';
import type { PlainMap } from '../../engine/base/plain.js';
import { addMap, type MapEntries } from '../../engine/judge/adapt/mapEntry.js';
import {
  config,
  inpaintingConfig,
  lowdimConfig,
  shapeMeta,
  unetHybridConfig,
  unetImageConfig,
  unetInpaintingConfig,
  unetLocalConfig,
  unetLowdimConfig,
} from '../tensors/policy/configs.js';

/** Another observation beside the mapped one, where a family has several. */
const BESIDE = 2;
const SIZES = { horizon: 8, n_action_steps: 4 };
const WIDE = { down_dims: [24, 32] };

/** A policy of so many actions and observed values. */
export type Of = (actions: number, seen: number) => PlainMap;

export const lowdim =
  (
    of: (policy?: PlainMap, model?: PlainMap) => PlainMap,
    widths: (actions: number, seen: number) => PlainMap,
  ): Of =>
  (actions, seen) =>
    of({ ...SIZES, action_dim: actions, obs_dim: seen }, widths(actions, seen));
const meta = (actions: number, seen: number) =>
  shapeMeta(
    { beside: { shape: [BESIDE], type: 'low_dim' }, obs: { shape: [seen], type: 'low_dim' } },
    actions,
  );

/** Without cameras, so that nothing but the denoiser is large. */
export const ANY_SIZES: readonly (readonly [string, Of])[] = [
  [
    'transformer low-dim',
    lowdim(lowdimConfig, (actions, seen) => ({
      horizon: 8,
      input_dim: actions,
      output_dim: actions,
      cond_dim: seen,
    })),
  ],
  [
    'transformer low-dim, inpainted',
    lowdim(inpaintingConfig, (actions, seen) => ({
      horizon: 8,
      input_dim: actions + seen,
      output_dim: actions + seen,
    })),
  ],
  [
    'UNet low-dim, global',
    lowdim(unetLowdimConfig, (actions, seen) => ({ ...WIDE, input_dim: actions, global_cond_dim: 2 * seen })),
  ],
  [
    'UNet low-dim, local',
    lowdim(unetLocalConfig, (actions, seen) => ({ ...WIDE, input_dim: actions, local_cond_dim: seen })),
  ],
  [
    'UNet low-dim, inpainted',
    lowdim(unetInpaintingConfig, (actions, seen) => ({ ...WIDE, input_dim: actions + seen })),
  ],
  [
    'UNet hybrid',
    (actions, seen) =>
      unetHybridConfig({ ...SIZES, ...WIDE, crop_shape: null, shape_meta: meta(actions, seen) }),
  ],
  [
    'UNet hybrid, inpainted',
    (actions, seen) =>
      unetHybridConfig({
        ...{ ...SIZES, ...WIDE, crop_shape: null, obs_as_global_cond: false },
        shape_meta: meta(actions, seen),
      }),
  ],
  ['UNet image', (actions, seen) => unetImageConfig({ ...SIZES, ...WIDE, shape_meta: meta(actions, seen) })],
  [
    'transformer hybrid',
    (actions, seen) => config({ ...SIZES, crop_shape: null, shape_meta: meta(actions, seen) }),
  ],
  [
    'transformer hybrid, inpainted',
    (actions, seen) =>
      config({ ...SIZES, crop_shape: null, obs_as_cond: false, shape_meta: meta(actions, seen) }),
  ],
  [
    'UNet image, inpainted',
    (actions, seen) =>
      unetImageConfig({ ...SIZES, ...WIDE, obs_as_global_cond: false, shape_meta: meta(actions, seen) }),
  ],
];

/** For each new entry the old one, or null. */
export type From = readonly (number | null)[];

/** Every old entry has a place; with `narrow` only some have. */
export function mapping(narrow: boolean): fc.Arbitrary<{ readonly old: number; readonly from: From }> {
  return fc.integer({ min: 2, max: 7 }).chain((old) => {
    const kept = fc.shuffledSubarray(
      [...Array(old).keys()],
      narrow ? { minLength: 1, maxLength: old - 1 } : { minLength: old },
    );
    return fc.tuple(kept, fc.array(fc.nat({ max: 7 }), { maxLength: 2 })).map(([sources, places]) => {
      const from: (number | null)[] = [...sources];
      for (const place of places) from.splice(place, 0, null);
      return { old, from };
    });
  });
}

export function mapOf(action: From, seen: From, field = 'obs'): MapEntries {
  const text = (from: From) => from.map((source, to) => `${to}=${source ?? 'new'}`).join(',');
  return addMap(`${field}: ${text(seen)}`, addMap(text(action)));
}
