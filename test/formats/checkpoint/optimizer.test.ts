import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { isOptimizer, readOptimizer } from '../../../engine/formats/checkpoint/optimizer.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';

const SIZES = { path: 'a.ckpt', bytesOf: () => 8 };

function tensor(shape: number[] = [2], type = 'FloatStorage'): PyObject {
  const elements = type === 'FloatStorage' ? 2 : 1;
  const storage = new PyPersistent(
    new PyTuple(['storage', new PyGlobal('torch', type), '0', 'cpu', elements]),
  );
  const hooks = new PyObject('call', new PyGlobal('collections', 'OrderedDict'), new PyTuple([]));
  const view = [storage, 0, new PyTuple(shape), new PyTuple(shape.map(() => 1)), false, hooks];
  return new PyObject('call', new PyGlobal('torch._utils', '_rebuild_tensor_v2'), new PyTuple(view));
}
const moments = (step: PickleValue, more: Record<string, PickleValue> = {}) =>
  PyDict.of({ step, exp_avg: tensor(), exp_avg_sq: tensor(), ...more });
const optimizer = (
  state: PyDict,
  groups: PickleValue = new PyList([PyDict.of({ lr: new PyFloat(1), params: new PyList([0]) })]),
) => PyDict.of({ state, param_groups: groups });
const read = (value: PickleValue, bytes = new Uint8Array(Float32Array.of(7).buffer)) =>
  readOptimizer(value, SIZES, async () => bytes);

test('groups as plain values, moments as tensors to read, the step as a number', async () => {
  const { paramGroups, state } = await read(
    optimizer(
      new PyDict([
        [0, moments(5)],
        [2, moments(new PyFloat(6))],
      ]),
    ),
  );
  expect(paramGroups).toEqual([{ lr: new PyFloat(1), params: [0] }]);
  expect([...state].map(([index, { step }]) => [index, step])).toEqual([
    [0, 5],
    [2, 6],
  ]);
  expect(state.get(0)!.expAvg).toMatchObject({
    key: 'optimizer.state.0.exp_avg',
    shape: [2],
    dtype: 'float32',
  });
});

test.each([
  ['FloatStorage', new Uint8Array(Float32Array.of(7).buffer)],
  ['DoubleStorage', new Uint8Array(Float64Array.of(7).buffer)],
  ['LongStorage', new Uint8Array(BigInt64Array.of(7n).buffer)],
])('a step of %s is read', async (type, bytes) => {
  const { state } = await read(optimizer(new PyDict([[0, moments(tensor([], type))]])), bytes);
  expect(state.get(0)!.step).toBe(7);
});

test('an optimizer that has not stepped has no state', async () => {
  expect((await read(optimizer(new PyDict([])))).state.size).toBe(0);
});

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
test.each<[string, PickleValue]>([
  ['a key that is not an index', optimizer(new PyDict([['a', moments(1)]]))],
  [
    'a momentum that is missing',
    optimizer(new PyDict([[0, PyDict.of({ step: 1, momentum_buffer: tensor() })]])),
  ],
  ['a step of several numbers', optimizer(new PyDict([[0, moments(tensor([2]))]]))],
  ['a step that is text', optimizer(new PyDict([[0, moments('7')]]))],
  ['a step of another dtype', optimizer(new PyDict([[0, moments(tensor([], 'ComplexFloatStorage'))]]))],
  ['groups that are not dicts', optimizer(new PyDict([]), new PyList([5]))],
  ['moments without end', optimizer(new PyDict([[0, moments(1, many(50))]]))],
  [
    'parameters without end',
    optimizer(new PyDict(Array.from({ length: 3000 }, (_, i) => [i, moments(1)] as const))),
  ],
])('%s: refused', async (_, value) => {
  await expect(read(value)).rejects.toMatchObject({ code: 'checkpoint-layout', file: 'a.ckpt' });
});

test('which state dict is an optimizer’s', () => {
  expect(isOptimizer(optimizer(new PyDict([])))).toBe(true);
  for (const other of [
    PyDict.of({}),
    PyDict.of({ state: new PyDict([]) }),
    optimizer(new PyDict([]), 5),
    5,
    tensor(),
  ])
    expect(isOptimizer(other)).toBe(false);
});
