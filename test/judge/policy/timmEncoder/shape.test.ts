/** The models of timm that are known: their keys and shapes are timm's own, wherever UMI cuts them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { MODEL_NAMES, timmModel } from '../../../../engine/judge/policy/timmEncoder/shape.js';
import { VITS } from '../../../../engine/judge/policy/timmEncoder/vit.js';
import { umiConfig, umiObs } from '../../../tensors/policy/configs.js';

type Row = readonly [name: string, ratio: 32 | 16, keys: number, sha256: string];
const FIXTURE = new URL('../../../fixtures/families/unet-timm/timm-keys.json', import.meta.url);
const ROWS: readonly Row[] = JSON.parse(readFileSync(FIXTURE, 'utf8'));

it('each known name is compared', () => {
  expect([...new Set(ROWS.map(([name]) => name))]).toEqual(MODEL_NAMES);
});

const CAMERA = 'obs_encoder.key_model_map.camera0_rgb.';
const specOf = (model_name: string, downsample_ratio: number, more: PlainMap = {}) => {
  const side = VITS.get(model_name)?.image ?? 224;
  const obs = { ...umiObs, camera0_rgb: { type: 'rgb', shape: [3, side, side], horizon: 2 } };
  return policySpec(
    umiConfig({ obs }, { model_name, downsample_ratio, feature_aggregation: 'avg', ...more }),
  );
};

it.each(ROWS)('%s, one of %i', (name, ratio, keys, sha256) => {
  const rows = specOf(name, ratio).parameters.flatMap(({ key, shape }) =>
    key.startsWith(CAMERA) ? [`["${key.slice(CAMERA.length)}", [${shape.join(', ')}]]`] : [],
  );
  expect([rows.length, createHash('sha256').update(rows.join('\n')).digest('hex')]).toEqual([keys, sha256]);
});

it.each<readonly [string, PlainMap]>([
  ['vit_tiny_patch16_224', {}],
  ['resnet50', {}],
  ['resnet18', { use_group_norm: false }],
  ['convnext_tiny', {}],
])('the keys of %s with %j are explained, dimension by dimension, and start by a rule', (name, more) => {
  const spec = specOf(name, 32, more);
  const family = familyOfSpec(spec);
  const own = spec.parameters.filter(({ key }) => key.startsWith(CAMERA));
  expect(own.length).toBeGreaterThan(100);
  for (const entry of own) {
    const role = family.roleOf(entry.key, spec);
    expect([entry.key, role?.dimensions.length]).toEqual([entry.key, entry.shape.length]);
    expect(role?.existsBy).toContain('policy.obs_encoder.model_name');
    expect(family.initialRule(entry, spec).kind).not.toBe('computed');
  }
});

it('a norm is called as it is, and the statistics of a BatchNorm come by the settings', () => {
  const key = `${CAMERA}4.0.bn1.`;
  const roleOf = (more: PlainMap, part: string) => {
    const spec = specOf('resnet18', 32, more);
    return familyOfSpec(spec).roleOf(key + part, spec);
  };
  expect(roleOf({}, 'weight')?.meaning).toContain('scale of the GroupNorm behind convolution 1');
  const running = roleOf({ use_group_norm: false }, 'running_var');
  expect(running?.meaning).toContain('running variance of the BatchNorm');
  expect(running?.existsBy).toContain('policy.obs_encoder.use_group_norm');
});

it.each(['transformer', 'attention_pool_2d', 'soft_attention', 'spatial_embedding'])(
  'the keys of %s are explained',
  (feature_aggregation) => {
    const spec = policySpec(umiConfig({}, { model_name: 'resnet18', feature_aggregation }));
    const own = spec.parameters.filter(({ key }) => /^obs_encoder\.(?!key_model_map|_)/.test(key));
    expect(own.length).toBeGreaterThan(0);
    for (const { key, shape } of own)
      expect([key, familyOfSpec(spec).roleOf(key, spec)?.dimensions.length]).toEqual([key, shape.length]);
  },
);

it('a tag of weights changes nothing, another variant is not known', () => {
  expect(timmModel('vit_base_patch16_clip_224.openai', 32)).toEqual(
    timmModel('vit_base_patch16_clip_224', 32),
  );
  expect(timmModel('resnet50d', 32)).toBeUndefined();
});
