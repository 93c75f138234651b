/** LeRobot's config.json as a training config: the class by its type, every key as it stands. */
import { expect, test } from 'vitest';
import {
  isLerobotPolicy,
  lerobotPolicyOf,
  lerobotTraining,
} from '../../../engine/formats/lerobot/policyConfig.js';

const CONFIG = {
  type: 'diffusion',
  horizon: 16,
  input_features: { 'observation.state': { type: 'STATE', shape: [7] } },
  output_features: { action: { type: 'ACTION', shape: [7] } },
};

test('its keys stand below policy, beside the class of its type', () => {
  const training = lerobotTraining(CONFIG);
  expect(training).toEqual({
    policy: { _target_: 'lerobot.policies.diffusion.modeling_diffusion.DiffusionPolicy', ...CONFIG },
  });
  expect(lerobotPolicyOf(training)).toEqual(CONFIG);
});

test('a type that is not known stands for itself, whatever it is called', () => {
  for (const type of ['mine', 'constructor', '__proto__'])
    expect(lerobotTraining({ ...CONFIG, type })).toMatchObject({
      policy: { _target_: `lerobot.policies.${type}` },
    });
});

test('it is told from another JSON document by its type and its output features', () => {
  expect(isLerobotPolicy(CONFIG)).toBe(true);
  expect(isLerobotPolicy({ type: 'diffusion' })).toBe(false);
  expect(isLerobotPolicy({ ...CONFIG, type: 3 })).toBe(false);
  expect(isLerobotPolicy([CONFIG])).toBe(false);
});
