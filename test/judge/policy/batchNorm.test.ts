/** BatchNorm in the image encoders: upstream's own keys, shapes and dtypes, what they are for, and how they start. */
import { describe, expect, it } from 'vitest';
import { batchNorms, runningOf } from '../../../engine/judge/policy/batchNorm.js';
import { familyOfSpec, policySpec, roleOf } from '../../../engine/judge/policy/families.js';
import { unetHybridConfig, unetImageConfig } from '../../tensors/policy/configs.js';
import { VARIANTS, variant } from '../../tensors/policy/imageVariants.js';

describe.each(VARIANTS)('%s', (name) => {
  const { resolved, rows } = variant(name);
  const spec = policySpec(resolved);
  const family = familyOfSpec(spec);

  it('has every key, shape and dtype in upstream’s order', () => {
    const listed = spec.parameters.map(({ key, shape, dtype }) => [key, shape, dtype]);
    expect(listed).toEqual(rows.map(([key, shape, dtype]) => [key, shape, dtype]));
  });

  it('tells of every key what it is for, with a dimension for each of its axes', () => {
    for (const { key, shape } of spec.parameters)
      for (const role of [roleOf(key, spec), roleOf(key)])
        expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
  });

  it('hands no statistics to the optimizer', () => {
    const grouped = family.parameterGroups(spec).flatMap(({ parameters }) => parameters);
    expect(grouped.filter(({ key }) => runningOf(key) !== undefined)).toEqual([]);
  });

  it('starts them as PyTorch does', () => {
    const rules = spec.parameters.flatMap((entry) => {
      const running = runningOf(entry.alias ?? entry.key);
      return running === undefined ? [] : [[running, family.initialRule(entry, spec)] as const];
    });
    for (const [running, rule] of rules)
      expect(rule).toEqual({ kind: 'constant', value: running === 'running_var' ? 1 : 0 });
    expect(rules.length % 3).toBe(0);
    expect(batchNorms(spec.parameters).size).toBe(rules.length / 3);
  });
});

it('its words', () => {
  const { resolved } = variant('shared');
  const spec = policySpec(resolved);
  const of = (tail: string) => roleOf(`obs_encoder.key_model_map.rgb.${tail}`, spec);
  expect(of('bn1.running_mean')?.meaning).toBe(
    'running mean of the BatchNorm after the first convolution of the image encoder (ResNet) of all cameras (measured in training, used in evaluation)',
  );
  expect(of('layer2.0.downsample.1.num_batches_tracked')?.meaning).toBe(
    'number of batches that the BatchNorm in the shortcut of stage 2 of the image encoder (ResNet) of all cameras has measured',
  );
  expect(of('bn1.weight')).toMatchObject({
    meaning: expect.stringContaining('scale of the BatchNorm'),
    existsBy: ['policy.obs_encoder.share_rgb_model'],
  });
  expect(of('bn1.running_mean')?.existsBy).toEqual(['policy.obs_encoder.share_rgb_model']);
});

it('a policy with GroupNorm is told what would bring statistics, and a shared ResNet', () => {
  const spec = policySpec(unetImageConfig());
  const existsBy = (key: string) => roleOf(`obs_encoder.key_model_map.${key}`, spec)?.existsBy;
  expect(existsBy('image.bn1.running_mean')).toContain('policy.obs_encoder.use_group_norm');
  expect(existsBy('rgb.bn1.running_mean')).toContain('policy.obs_encoder.share_rgb_model');
  const hybrid = policySpec(unetHybridConfig());
  const key = 'obs_encoder.obs_nets.image.backbone.nets.1.running_var';
  expect(roleOf(key, hybrid)).toMatchObject({
    meaning: expect.stringContaining('running variance of the BatchNorm'),
    existsBy: expect.arrayContaining(['policy.obs_encoder_group_norm']),
  });
});
