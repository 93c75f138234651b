import { expect, test } from 'vitest';
import { type PlainMap, PyFloat } from '../../../engine/base/plain.js';
import {
  actionDimension,
  checkpointFacts,
  contentText,
  policyClass,
  shortValue,
  valuesIn,
} from '../../../engine/formats/checkpoint/summary.js';
import type { CheckpointIndex, TensorInfo } from '../../../engine/formats/checkpoint/types.js';

const tensor = (...shape: number[]): TensorInfo => ({
  key: 'k',
  shape,
  dtype: 'float32',
  stride: [],
  storageOffset: 0,
  storage: '0',
});
const index = (more: Partial<CheckpointIndex> = {}): CheckpointIndex => ({
  path: 'a.ckpt',
  stateDicts: { model: [tensor(2, 3)] },
  optimizer: undefined,
  pickles: {},
  config: undefined,
  unexpectedGlobals: [],
  ...more,
});

test.each<[PlainMap | undefined, string | undefined]>([
  [{ policy: { _target_: 'a.b.MyPolicy' } }, 'MyPolicy'],
  [{ policy: { _target_: 'MyPolicy' } }, 'MyPolicy'],
  [{ policy: { _target_: 5 } }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('the class of %j is %s', (config, name) => expect(policyClass(config)).toBe(name));

test.each<[PlainMap | undefined, number | undefined]>([
  [{ shape_meta: { action: { shape: [8] } }, task: { shape_meta: { action: { shape: [7] } } } }, 8],
  [{ shape_meta: '${task.shape_meta}', task: { shape_meta: { action: { shape: [7] } } } }, 7],
  [{ shape_meta: { action: { shape: [new PyFloat(8)] } } }, 8],
  [{ shape_meta: { action: { shape: [] } } }, undefined],
  [undefined, undefined],
])('the actions of %j have %s dimensions', (config, dimension) =>
  expect(actionDimension(config)).toBe(dimension),
);

test('values are counted once for each storage', () => {
  expect(contentText([{ shape: [1000, 2] }, { shape: [1] }, { shape: [1000, 2], alias: 'a' }])).toBe(
    '2,001 values in 2 tensors, 1 alias',
  );
  expect(contentText([{ shape: [] }])).toBe('1 value in 1 tensor');
  expect(contentText([])).toBe('0 values in 0 tensors');
  expect(contentText([{ shape: [1] }, { shape: [1], alias: 'a' }, { shape: [1], alias: 'a' }])).toMatch(
    /2 aliases$/,
  );
  expect(valuesIn([{ shape: [2, 0] }, { shape: [3] }])).toBe(3);
});

test('facts come in one order, and those that are not known are left out', () => {
  const config = {
    horizon: 16,
    n_obs_steps: 2,
    policy: { _target_: 'a.P', n_layer: 8, n_emb: 256, n_action_steps: 8 },
  };
  const moments = { step: 1, expAvg: tensor(5), expAvgSq: tensor(5) };
  const optimizer = { paramGroups: [], state: new Map([[0, moments]]) };
  const facts = checkpointFacts(
    index({ config, pickles: { epoch: 3, global_step: new PyFloat(7), x: 1 }, optimizer }),
    { bytes: 323e6, network: 'n_layer 8, n_emb 256' },
  );
  expect(facts.map(([name]) => name)).toEqual([
    'file',
    'policy',
    'horizon',
    'network',
    'epoch',
    'global_step',
    'model',
    'trained',
  ]);
  expect(Object.fromEntries(facts)).toMatchObject({
    file: '323 MB',
    horizon: '16 steps, 2 observed, 8 executed',
    network: 'n_layer 8, n_emb 256',
    global_step: '7',
    trained: '5 parameters',
  });
  expect(checkpointFacts(index(), undefined).map(([name]) => name)).toEqual(['model']);
  expect(
    checkpointFacts(index({ optimizer: { paramGroups: [], state: new Map() } }), undefined),
  ).toHaveLength(1);
});

test('a value that stands beside is short', () => {
  expect(shortValue(5)).toBe('5');
  expect(shortValue(null)).toBe('null');
  expect(shortValue('x'.repeat(200))).toHaveLength(200); // a path is shown whole
  expect(shortValue({ a: [1] })).toBe('{"a":[1]}');
  expect(shortValue({ a: 'x'.repeat(200) })).toMatch(/^.{89}…$/);
});
