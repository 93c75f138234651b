/** The spec of a policy of consistency-policy: the project's own keys and shapes, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { consistencyConfig, image, shapeMeta } from '../../../tensors/policy/configs.js';

const found = JSON.parse(
  readFileSync(new URL('../../../fixtures/policy/consistency.json', import.meta.url), 'utf8'),
) as Record<string, (readonly [key: string, shape: number[]])[]>;

const shape_meta = shapeMeta({ camera: image(3, 32, 32), pose: { shape: [3], type: 'low_dim' } }, 2);
const SMALL = { shape_meta, crop_shape: [28, 28] };

describe.each(['teacher', 'student'] as const)('a %s', (kind) => {
  const spec = policySpec(consistencyConfig(kind, SMALL));

  it('has every key and shape in the project’s order', () => {
    const own = spec.parameters.filter(({ kind: each }) => each !== 'normalizer');
    expect(own.map(({ key, shape }) => [key, shape])).toEqual(found[kind]);
  });

  it('tells what each key is for, with as many dimensions as its shape', () => {
    for (const { key, shape } of spec.parameters)
      for (const role of [roleOf(key, spec), familyOfSpec(spec).roleOf(key, {})])
        expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
  });
});

it('a student’s optimizer was built when its normaliser was set, a teacher’s before', () => {
  const groups = (kind: 'teacher' | 'student') => {
    const spec = policySpec(consistencyConfig(kind, SMALL));
    return familyOfSpec(spec)
      .parameterGroups(spec)[0]!
      .parameters.map(({ key }) => key);
  };
  const isNormalizer = (key: string) => key.startsWith('normalizer.');
  expect(groups('teacher').filter(isNormalizer)).toEqual([]);
  expect(groups('student').filter(isNormalizer)).toHaveLength(3 * 6);
  expect(groups('student').at(-1)).toMatch(/^teacher\./);
});

it('tells the columns of the two conditions apart', () => {
  const spec = policySpec(consistencyConfig('student', SMALL));
  const parts = (network: string) =>
    roleOf(`${network}.mid_modules.0.cond_encoder.1.weight`, spec)!.dimensions[1]!.parts;
  expect(parts('model_ema')).toBe('stop time 16 + diffusion step 16 + 2 × (camera 64 + pose 3)');
  expect(parts('teacher')).toBe('diffusion step 16 + 2 × (camera 64 + pose 3)');
});

it.each<readonly [string, 'teacher' | 'student', Readonly<Record<string, Plain>>, RegExp]>([
  [
    'the noise of the other',
    'student',
    { noise_scheduler: { _target_: 'a.Karras_Scheduler' } },
    /expected a class named CTM_Scheduler/,
  ],
  [
    'diffusers’ noise',
    'teacher',
    { noise_scheduler: { _target_: 'diffusers.DDPMScheduler' } },
    /expected a class named Karras_Scheduler/,
  ],
  ['inpainting', 'teacher', { obs_as_global_cond: false }, /obs_as_global_cond is false, expected true/],
])('%s is refused', (_, kind, change, message) =>
  expect(() => policySpec(consistencyConfig(kind, { ...SMALL, ...change }))).toThrow(message),
);
