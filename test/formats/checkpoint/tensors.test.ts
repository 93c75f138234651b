import { describe, expect, test } from 'vitest';
import {
  extent,
  requireReadable,
  tensorCall,
  tensorInfo,
  withAliases,
} from '../../../engine/formats/checkpoint/tensors.js';
import type { TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';

const called = (name: string, ...args: PickleValue[]) => {
  const at = name.lastIndexOf('.');
  return new PyObject('call', new PyGlobal(name.slice(0, at), name.slice(at + 1)), new PyTuple(args));
};
const storage = (type = 'FloatStorage', elements: PickleValue = 12, key = '0') =>
  new PyPersistent(new PyTuple(['storage', new PyGlobal('torch', type), key, 'cpu', elements]));
const hooks = called('collections.OrderedDict');
const tuple = (...items: PickleValue[]) => new PyTuple(items);

interface View {
  storage?: PickleValue;
  offset?: PickleValue;
  shape?: PickleValue;
  stride?: PickleValue;
  more?: PickleValue[];
}
const v2 = ({
  storage: at = storage(),
  offset = 0,
  shape = tuple(3, 4),
  stride = tuple(4, 1),
  more = [],
}: View = {}) => called('torch._utils._rebuild_tensor_v2', at, offset, shape, stride, false, hooks, ...more);
const SIZES = { path: 'a.ckpt', bytesOf: (key: string) => (key === '0' ? 48 : undefined) };
const info = (call: PyObject) => tensorInfo('w', call, SIZES);

test('a tensor is its shape, its stride and its place', () => {
  expect(info(v2({ offset: 1, shape: tuple(2, 3), stride: tuple(1, 4) }))).toEqual({
    key: 'w',
    shape: [2, 3],
    stride: [1, 4],
    dtype: 'float32',
    storageOffset: 1,
    storage: '0',
  });
});

test.each<[string, View]>([
  ['without dimensions', { shape: tuple(), stride: tuple() }],
  ['of no elements', { shape: tuple(0, 9), stride: tuple(9, 1) }],
  ['one element seen often', { shape: tuple(99, 99), stride: tuple(0, 0) }],
  ['at the very end', { offset: 11, shape: tuple(1), stride: tuple(1) }],
  ['of integers', { storage: storage('IntStorage') }],
  ['with flags that are off', { more: [PyDict.of({ conj: false, neg: false })] }],
])('a tensor %s', (_, view) => expect(() => info(v2(view))).not.toThrow());

test.each<[string, View]>([
  ['beyond its storage', { offset: 1 }],
  ['beyond it in its elements’ width', { storage: storage('DoubleStorage') }],
  ['whose stride leads out', { shape: tuple(2), stride: tuple(12) }],
  ['of a storage that is missing', { storage: storage('FloatStorage', 12, '7') }],
  ['of no storage', { storage: 5 }],
  ['of a storage of another kind', { storage: new PyPersistent('x') }],
  ['of an unknown class', { storage: storage('MyStorage') }],
  ['with a negative length', { shape: tuple(-3, 4) }],
  ['with a length that is not whole', { shape: tuple(1.5, 4) }],
  ['whose shape is not a tuple', { shape: 3 }],
  ['of 65 dimensions', { shape: tuple(...Array(65).fill(1)), stride: tuple(...Array(65).fill(1)) }],
  ['whose stride has another rank', { stride: tuple(1) }],
  ['with a negative offset', { offset: -1 }],
  ['with too many arguments', { more: [null, null] }],
  ['that is conjugated', { more: [PyDict.of({ conj: true })] }],
  ['with odd metadata', { more: [5] }],
])('a tensor %s is refused by its key', (_, view) => {
  expect(() => info(v2(view))).toThrow(
    expect.objectContaining({ code: 'checkpoint-tensor', file: 'a.ckpt' }),
  );
  expect(() => info(v2(view))).toThrow(/^a\.ckpt: w: /);
});

describe('newer dtypes', () => {
  const untyped = new PyPersistent(
    new PyTuple(['storage', new PyGlobal('torch.storage', 'UntypedStorage'), '0', 'cpu', 48]),
  );
  const v3 = (dtype: PickleValue) =>
    called('torch._utils._rebuild_tensor_v3', untyped, 0, tuple(3), tuple(1), false, hooks, dtype);
  test('are named beside the storage', () => {
    expect(info(v3(new PyGlobal('torch', 'float8_e4m3fn'))).dtype).toBe('float8_e4m3fn');
  });
  test('must be torch’s', () => {
    for (const odd of [new PyGlobal('os', 'float32'), new PyGlobal('torch', 'load'), 'float32'])
      expect(() => info(v3(odd))).toThrow(expect.objectContaining({ code: 'checkpoint-tensor' }));
  });
});

describe('around a tensor', () => {
  const parameter = (inside: PickleValue) => called('torch._utils._rebuild_parameter', inside, true, hooks);
  const subclass = (state: PickleValue = PyDict.of({ tag: 1 })) =>
    called(
      'torch._tensor._rebuild_from_type_v2',
      v2().callable,
      new PyGlobal('my', 'Tensor'),
      v2().args,
      state,
    );
  const readable = (value: PickleValue) => requireReadable('m.w', value, 'a.ckpt');

  test('a parameter and a subclass are seen through', () => {
    for (const value of [v2(), parameter(v2()), subclass(), parameter(subclass())]) {
      expect(tensorCall(value)?.className).toBe('torch._utils._rebuild_tensor_v2');
      expect(() => readable(value)).not.toThrow();
    }
  });

  test('what is not a tensor is none', () => {
    for (const value of [undefined, null, 5, hooks, parameter(5), called('my.make')])
      expect(tensorCall(value)).toBeUndefined();
    for (const value of [null, 5, hooks, called('my.make')]) expect(() => readable(value)).not.toThrow();
  });

  const changed = v2();
  changed.state = PyDict.of({ data: 5 });
  test.each<[string, PickleValue]>([
    ['a sparse tensor', called('torch._utils._rebuild_sparse_tensor', 1, 2)],
    ['a tensor on another device', called('torch._utils._rebuild_device_tensor_from_numpy', 1)],
    ['a parameter around a number', parameter(5)],
    ['a parameter around another object', parameter(called('my.make'))],
    ['a tensor that is changed after it was made', changed],
    ['a subclass whose state replaces its numbers', subclass(PyDict.of({ data: 1 }))],
    ['a subclass whose slots replace them', subclass(tuple(PyDict.of({}), PyDict.of({ grad: 1 })))],
    ['a subclass whose state is another object', subclass(called('my.make'))],
  ])('%s is refused by its key', (_, value) => {
    expect(() => readable(value)).toThrow(expect.objectContaining({ code: 'checkpoint-tensor' }));
    expect(() => readable(value)).toThrow(/m\.w/);
  });
});

test('tensors that are the same elements are marked, others are not', () => {
  const tensor = (key: string, more: Partial<TensorInfo> = {}): TensorInfo => ({
    key,
    shape: [2],
    stride: [1],
    dtype: 'float32',
    storageOffset: 0,
    storage: '0',
    ...more,
  });
  const list = [
    tensor('a'),
    tensor('b'),
    tensor('c', { storageOffset: 1 }),
    tensor('d', { storage: '1' }),
    tensor('e', { dtype: 'int32' }),
    tensor('f', { shape: [0] }),
    tensor('g', { shape: [0] }),
    tensor('h'),
  ];
  expect(
    withAliases(list).flatMap(({ key, alias }) => (alias === undefined ? [] : [`${key}=${alias}`])),
  ).toEqual(['b=a', 'h=a']);
});

test('how far a view reaches', () => {
  expect(extent([2, 3], [4, 1])).toBe(7);
  expect(extent([], [])).toBe(1);
  expect(extent([5], [0])).toBe(1);
  expect(extent([0, 5], [9, 9])).toBe(0);
});
