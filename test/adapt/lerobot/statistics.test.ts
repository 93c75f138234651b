/** The statistics of the new policy: old dimensions stay, new ones come from the data set, and what a mode needs is never made up. */
import { expect, test } from 'vitest';
import { planStatistics, type StatisticsInput } from '../../../engine/adapt/lerobot/statistics.js';
import type { TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { policyFeatures } from '../../../engine/formats/lerobot/features.js';
import { CAMERA, diffusionConfig, STATE } from '../../formats/lerobot/policy.js';

const features = (action: number, inputs: Parameters<typeof diffusionConfig>[0], mode = 'MIN_MAX') =>
  policyFeatures(
    diffusionConfig(inputs, action, {
      normalization_mapping: { ACTION: mode, STATE: 'MEAN_STD', VISUAL: 'MEAN_STD' },
    }) as never,
    'config.json',
  );

const ONE = { 'observation.images.front': CAMERA };

function info(key: string, shape: readonly number[]): TensorInfo {
  return { key, shape, dtype: 'float32', stride: [1], storageOffset: 0, storage: key };
}

const OLD = [
  info('action.min', [2]),
  info('action.max', [2]),
  info('action.q01', [2]),
  info('action.count', [1]),
  info('timestamp.min', [1]),
];

function input(more: Partial<StatisticsInput> = {}): StatisticsInput {
  return {
    old: features(2, ONE),
    now: features(3, ONE),
    continued: new Map([
      ['action', { before: 'action', from: [0, 1, null] }],
      ['observation.images.front', { before: 'observation.images.front', from: undefined }],
    ]),
    data: new Map([
      [
        'action',
        new Map([
          ['min', [0, 1, 2]],
          ['max', [3, 4, 5]],
        ]),
      ],
    ]),
    useImageNet: true,
    ...more,
  };
}

test('what a mode reads is widened, counts and times stay, and what the data set lacks is left out', () => {
  const { entries, notes, missing } = planStatistics(OLD, input());
  expect(entries.map(({ key, shape, from, fresh }) => [key, shape, from, fresh])).toEqual([
    ['action.min', [3], [0, 1, null], [0, 1, 2]],
    ['action.max', [3], [0, 1, null], [3, 4, 5]],
    ['action.count', [1], undefined, undefined],
    ['timestamp.min', [1], undefined, undefined],
  ]);
  expect(notes).toEqual(['action.q01 is left out: the data set has none for the new dimensions']);
  expect(missing).toEqual([]);
});

test('what a mode reads and the data set lacks is missing', () => {
  expect(planStatistics(OLD, input({ data: undefined })).missing).toEqual(['action']);
  expect(planStatistics(OLD, input({ now: features(3, ONE, 'QUANTILES') })).missing).toEqual(['action']);
});

test('narrowing and another order need no data set', () => {
  const continued = new Map<string, { before: string; from: number[] | undefined }>([
    ['action', { before: 'action', from: [1] }],
    ['observation.images.front', { before: 'observation.images.front', from: undefined }],
  ]);
  const { entries, missing } = planStatistics(
    OLD,
    input({ now: features(1, ONE), continued, data: undefined }),
  );
  expect([entries.slice(0, 3).map(({ shape, from }) => [shape, from]), missing]).toEqual([
    [
      [[1], [1]],
      [[1], [1]],
      [[1], [1]],
    ],
    [],
  ]);
});

test('a new camera gets the statistics of ImageNet where LeRobot would give it those, else the data set’s', () => {
  const now = features(2, { ...ONE, 'observation.images.top': CAMERA });
  const continued = new Map([
    ['action', { before: 'action', from: [0, 1] }],
    ['observation.images.front', { before: 'observation.images.front', from: undefined }],
  ]);
  const added = (more: Partial<StatisticsInput>) => {
    const plan = planStatistics(OLD, input({ now, continued, ...more }));
    return [plan.entries.slice(OLD.length).map(({ key, shape, fresh }) => [key, shape, fresh]), plan.missing];
  };
  expect(added({})).toEqual([
    [
      ['observation.images.top.mean', [3, 1, 1], [0.485, 0.456, 0.406]],
      ['observation.images.top.std', [3, 1, 1], [0.229, 0.224, 0.225]],
    ],
    [],
  ]);
  expect(added({ useImageNet: false })).toEqual([[], ['observation.images.top']]);
  const data = new Map([
    [
      'observation.images.top',
      new Map([
        ['mean', [1, 2, 3]],
        ['std', [4, 5, 6]],
        ['count', [9]],
      ]),
    ],
  ]);
  expect(added({ useImageNet: false, data })).toEqual([
    [
      ['observation.images.top.mean', [3, 1, 1], [1, 2, 3]],
      ['observation.images.top.std', [3, 1, 1], [4, 5, 6]],
      ['observation.images.top.count', [1], [9]],
    ],
    [],
  ]);
});

test('a feature that goes takes its statistics along; without any statistics nothing is added', () => {
  const old = features(2, { ...ONE, 'observation.state': STATE });
  const { entries } = planStatistics([...OLD, info('observation.state.mean', [7])], input({ old }));
  expect(entries.map(({ key }) => key)).not.toContain('observation.state.mean');
  expect(planStatistics([], input())).toEqual({ entries: [], notes: [], missing: [] });
});

test.each([
  [[info('action.min', [5])], 'action.min of the old policy has the shape [5], expected [2]'],
  [[{ ...info('action.min', [2]), dtype: 'int64' }], 'action.min of the old policy is int64'],
])('statistics that contradict the old policy are named', (tensors, message) => {
  expect(() => planStatistics(tensors, input())).toThrow(message);
});

test.each([
  [[0, 1], 'have 2 values for action.min, expected 3'],
  [[0, 1, Number.NaN], 'action.min is NaN in dimension 2'],
])('statistics of the data set that cannot be used are named: %j', (min, message) => {
  const data = new Map([['action', new Map([['min', min]])]]);
  expect(() => planStatistics(OLD, input({ data }))).toThrow(message);
});
