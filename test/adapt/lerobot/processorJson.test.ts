/** The processors' JSON of the new policy: features and modes follow, everything else stays as it is. */
import { expect, test } from 'vitest';
import { changedProcessor } from '../../../engine/adapt/lerobot/processorJson.js';
import { policyFeatures } from '../../../engine/formats/lerobot/features.js';
import type { Processor } from '../../../engine/formats/lerobot/processors.js';
import { CAMERA, diffusionConfig, STATE } from '../../formats/lerobot/policy.js';

const features = (...args: Parameters<typeof diffusionConfig>) =>
  policyFeatures(diffusionConfig(...args) as never, 'config.json');
const OLD = features({ 'observation.state': STATE, 'observation.images.front': CAMERA });
const NOW = features(
  {
    'observation.state': { ...STATE, shape: [8] },
    'observation.images.top': CAMERA,
    'observation.images.new': CAMERA,
  },
  8,
);
const CHANGE = {
  old: OLD,
  now: NOW,
  rename: new Map([['observation.images.front', 'observation.images.top']]),
  modes: { ACTION: 'QUANTILES' },
  actions: [0, 1, 2, 3, 4, 5, 6, null],
  actionNames: [...'abcdefg', 'gripper'],
};

function changed(steps: readonly unknown[]): unknown {
  const processor = { json: { name: 'policy_preprocessor', steps } } as unknown as Processor;
  return changedProcessor(processor, CHANGE)['steps'];
}

const action = (size: number) => ({ type: 'ACTION', shape: [size] });
const inputs = { 'observation.state': STATE, 'observation.images.front': CAMERA };

test('a step that lists every input lists the new ones, and one of outputs alone stays so', () => {
  const normalizer = {
    registry_name: 'normalizer_processor',
    config: {
      eps: 1e-8,
      features: { ...inputs, action: action(7), 'next.reward': { type: 'REWARD', shape: [1] } },
      norm_map: { ACTION: 'MIN_MAX' },
    },
  };
  const unnormalizer = {
    registry_name: 'unnormalizer_processor',
    config: { features: { action: action(7) } },
  };
  expect(changed([normalizer, unnormalizer])).toEqual([
    {
      registry_name: 'normalizer_processor',
      config: {
        eps: 1e-8,
        features: {
          'observation.state': { type: 'STATE', shape: [8] },
          'observation.images.top': CAMERA,
          action: action(8),
          'next.reward': { type: 'REWARD', shape: [1] },
          'observation.images.new': CAMERA,
        },
        norm_map: { ACTION: 'QUANTILES' },
      },
    },
    { registry_name: 'unnormalizer_processor', config: { features: { action: action(8) } } },
  ]);
});

test('a step that is relative to the state keeps the names of its actions, and learns the new ones', () => {
  const [step] = changed([
    { registry_name: 'relative_actions_processor', config: { enabled: true, action_names: [...'ABCDEFG'] } },
  ]) as { config: { action_names: unknown } }[];
  expect(step!.config.action_names).toEqual([...'ABCDEFG', 'gripper']);
});

test('steps of any other kind stay as they are', () => {
  const steps = [
    { registry_name: 'to_batch_processor', config: {} },
    { class: 'mine.Step', extra: [1] },
  ];
  expect(changed(steps)).toEqual(steps);
});
