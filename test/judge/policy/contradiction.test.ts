/** A config whose settings are another class's. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { config, lowdimConfig, unetHybridConfig, unetLowdimConfig } from '../../tensors/policy/configs.js';

it.each<readonly [string, PlainMap, RegExp]>([
  [
    'a UNet with a transformer’s size',
    unetHybridConfig({ n_layer: 8, n_head: 4, n_emb: 256 }),
    /^policy\.n_layer is a setting of DiffusionTransformerHybridImagePolicy.*, but policy\._target_ is .*DiffusionUnetHybridImagePolicy, which has none of n_layer, n_head, n_emb$/,
  ],
  [
    'a transformer with a UNet’s size',
    config({ down_dims: [256, 512] }),
    /^policy\.down_dims is a setting of DiffusionUnetHybridImagePolicy.*, but policy\._target_ is .*DiffusionTransformerHybridImagePolicy, which has no such setting$/,
  ],
  [
    'a low-dim policy with cameras',
    unetLowdimConfig({ shape_meta: {}, crop_shape: [76, 76] }),
    /^policy\.shape_meta is a setting of .*, but policy\._target_ is .*DiffusionUnetLowdimPolicy, which has none of shape_meta, crop_shape$/,
  ],
  [
    'the network of the other low-dim policy',
    unetLowdimConfig({}, { _target_: 'mine.TransformerForDiffusion' }),
    /^policy\.model\._target_ is mine\.TransformerForDiffusion, expected a class named ConditionalUnet1D, as policy\._target_ is DiffusionUnetLowdimPolicy$/,
  ],
  [
    'and the other way round',
    lowdimConfig({}, { _target_: 'mine.ConditionalUnet1D' }),
    /expected a class named TransformerForDiffusion, as policy\._target_ is DiffusionTransformerLowdimPolicy$/,
  ],
])('%s: both are named', (_, resolved, message) => expect(() => policySpec(resolved)).toThrow(message));

it('a setting that no class here has may be a project’s own', () =>
  expect(() => policySpec(unetHybridConfig({ rot_aug: true }))).not.toThrow());
