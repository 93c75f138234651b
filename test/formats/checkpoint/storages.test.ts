import { expect, test } from 'vitest';
import { declaredStorage, requireStorages } from '../../../engine/formats/checkpoint/storages.js';
import {
  type PickleValue,
  PyGlobal,
  PyList,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';

const FLOAT = new PyGlobal('torch', 'FloatStorage');
const UNTYPED = new PyGlobal('torch.storage', 'UntypedStorage');
const id = (...items: PickleValue[]) => new PyTuple(items);

test.each<[PickleValue, unknown]>([
  [id('storage', FLOAT, '0', 'cpu', 3), { key: '0', dtype: 'float32', elements: 3 }],
  [
    id('storage', new PyGlobal('torch.cuda', 'HalfStorage'), 'x', 'cuda:0', 0),
    { key: 'x', dtype: 'float16', elements: 0 },
  ],
  [id('storage', UNTYPED, '1', 'cpu', 12), { key: '1', dtype: undefined, elements: 12 }],
])('an id of a storage', (value, storage) => expect(declaredStorage(value)).toEqual(storage));

test.each<[string, PickleValue]>([
  ['a text', 'storage'],
  ['too few items', id('storage', FLOAT, '0', 'cpu')],
  ['another tag', id('module', FLOAT, '0', 'cpu', 3)],
  ['a key that is not text', id('storage', FLOAT, 0, 'cpu', 3)],
  ['a negative count', id('storage', FLOAT, '0', 'cpu', -1)],
  ['a count that is not whole', id('storage', FLOAT, '0', 'cpu', 1.5)],
  ['a count that is too large', id('storage', FLOAT, '0', 'cpu', 2n ** 70n)],
  ['a type that is not a class', id('storage', 'FloatStorage', '0', 'cpu', 3)],
  ['a class of another module', id('storage', new PyGlobal('mine', 'FloatStorage'), '0', 'cpu', 3)],
  ['an unknown class', id('storage', new PyGlobal('torch', 'OddStorage'), '0', 'cpu', 3)],
  ['a list', new PyList([])],
])('%s is said to be something else', (_, value) => expect(declaredStorage(value)).toMatch(/\w+/));

const SIZES: Readonly<Record<string, number>> = { '0': 12, '1': 5 };
const required = (...ids: PickleValue[]) =>
  requireStorages(
    ids.map((each) => new PyPersistent(each)),
    { path: 'a.ckpt', bytesOf: (key) => SIZES[key] },
  );

test('storages that are as declared pass, each as often as it is named', () => {
  expect(() => required()).not.toThrow();
  const zero = id('storage', FLOAT, '0', 'cpu', 3);
  expect(() => required(zero, id('storage', UNTYPED, '1', 'cpu', 5), zero)).not.toThrow();
});

test.each<[string, PickleValue[], RegExp]>([
  ['that the archive lacks', [id('storage', FLOAT, '7', 'cpu', 3)], /data\/7/],
  ['that is shorter', [id('storage', FLOAT, '0', 'cpu', 4)], /data\/0.*16 bytes.*12/],
  ['that is longer', [id('storage', FLOAT, '0', 'cpu', 2)], /8 bytes.*12/],
  [
    'of another count',
    [id('storage', FLOAT, '0', 'cpu', 3), id('storage', FLOAT, '0', 'cpu', 2)],
    /3 of float32.*2 of float32/,
  ],
  [
    'of another dtype',
    [id('storage', FLOAT, '0', 'cpu', 3), id('storage', UNTYPED, '0', 'cpu', 12)],
    /float32.*untyped/,
  ],
  ['that is none', ['x'], /storage/],
])('a storage %s is refused', (_, ids, message) => {
  expect(() => required(...ids)).toThrow(message);
  expect(() => required(...ids)).toThrow(
    expect.objectContaining({ code: 'checkpoint-tensor', file: 'a.ckpt' }),
  );
});
