import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { planCheckpoint } from '../../../engine/formats/checkpoint/content.js';
import type { CheckpointContent, TensorSource } from '../../../engine/formats/checkpoint/types.js';
import {
  type PickleValue,
  PyBytes,
  PyGlobal,
  type PyObject,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { entriesOf, entry, plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { floats, SMALL } from './files.js';

const plan = (content: Partial<CheckpointContent>) =>
  planCheckpoint('a.ckpt', { config: {}, stateDicts: {}, pickles: {}, ...content });
const payload = (content: Partial<CheckpointContent>) => readPickle(plan(content).pickle);
const model = (...tensors: TensorSource[]) => ({ stateDicts: { model: tensors } });

test('the parts of upstream’s checkpoint, in its order', () => {
  const names = entriesOf(payload(SMALL))!.map(([name]) => name);
  expect(names).toEqual(['cfg', 'state_dicts', 'pickles']);
});

test('a tensor that shares another’s storage is planned once', () => {
  const { storages } = plan(SMALL);
  expect(storages.map(({ key, bytes }) => [key, bytes])).toEqual([['state_dicts.model.weight', 16]]);
});

test('sizes are those of the dtype, and nothing is read while it is planned', () => {
  const read = () => {
    throw new Error('read');
  };
  const { storages } = plan(
    model(
      { key: 'a', shape: [3, 2], dtype: 'bfloat16', read },
      { key: 'b', shape: [], dtype: 'float8_e5m2', read },
      { key: 'c', shape: [0], dtype: 'int64', read },
    ),
  );
  expect(storages.map(({ bytes }) => bytes)).toEqual([12, 1, 0]);
});

test('each counter is bytes of a pickle of its own', () => {
  const bytes = entry(entry(payload({ pickles: { epoch: 3 } }), 'pickles'), 'epoch');
  expect(bytes).toBeInstanceOf(PyBytes);
  expect(readPickle((bytes as PyBytes).data)).toBe(3);
});

test('a dtype without a class of storage is rebuilt with its name', () => {
  const source = { key: 'a', shape: [4], dtype: 'uint16', read: () => new Uint8Array(8) };
  const rebuilt = entry(entry(entry(payload(model(source)), 'state_dicts'), 'model'), 'a') as PyObject;
  expect(rebuilt.className).toBe('torch._utils._rebuild_tensor_v3');
  expect(rebuilt.args.items.at(-1)).toEqual(new PyGlobal('torch', 'uint16'));
});

test('an optimizer has tuples and floats where torch has them', () => {
  const paramGroups = [
    { lr: 1, eps: new PyFloat(2), betas: [0.9, 1], weight_decay: 0, amsgrad: false, params: [0, 1] },
  ];
  const moments = { step: 5, expAvg: floats('x', [1], [1]), expAvgSq: floats('y', [1], [2]) };
  const content = {
    ...model(floats('w', [1], [1])),
    optimizer: { paramGroups, state: new Map([[1, moments]]) },
  };
  const optimizer = entry(entry(payload(content), 'state_dicts'), 'optimizer');
  const [group] = (entry(optimizer, 'param_groups') as { items: PickleValue[] }).items;
  expect(entry(group, 'betas')).toEqual(new PyTuple([0.9, new PyFloat(1)]));
  expect(plainOf(group!)).toEqual({
    lr: new PyFloat(1),
    eps: new PyFloat(2),
    betas: [0.9, new PyFloat(1)],
    weight_decay: new PyFloat(0),
    amsgrad: false,
    params: [0, 1],
  });
  expect(plan(content).storages.map(({ key }) => key)).toEqual([
    'state_dicts.model.w',
    'optimizer.state.1.step',
    'optimizer.state.1.exp_avg',
    'optimizer.state.1.exp_avg_sq',
  ]);
});

test.each([
  ['a key twice', [floats('a', [1], [1]), floats('a', [1], [1])]],
  ['an alias before its tensor', [{ ...floats('b', [1], [1]), alias: 'a' }, floats('a', [1], [1])]],
  ['an alias of another shape', [floats('a', [2], [1, 2]), { ...floats('b', [1, 2], []), alias: 'a' }]],
  [
    'an alias of another dtype',
    [floats('a', [1], [1]), { ...floats('b', [1], []), dtype: 'int32', alias: 'a' }],
  ],
  ['a dtype that torch lacks', [{ ...floats('a', [1], [1]), dtype: 'float128' }]],
])('%s does not fit together', (_, tensors) => {
  expect(() => plan(model(...tensors))).toThrow(
    expect.objectContaining({ code: 'checkpoint-content', file: 'a.ckpt' }),
  );
});
