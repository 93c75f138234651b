import { describe, expect, test } from 'vitest';
import { type Plain, PyFloat } from '../../../engine/base/plain.js';
import {
  type PickleValue,
  PyBytes,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistent,
  PySet,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { bytesOf, entriesOf, entry, nodeOf, plainOf } from '../../../engine/formats/pickle/plain.js';

const called = (module: string, name: string, ...args: PickleValue[]) =>
  new PyObject('call', new PyGlobal(module, name), new PyTuple(args));
const path = (name: string, ...parts: string[]) => called('pathlib', name, ...parts);

test.each<[string, PickleValue, Plain]>([
  [
    'numbers and texts',
    new PyList([1, 2n ** 60n, new PyFloat(1), 'a', null, true]),
    [1, 2n ** 60n, new PyFloat(1), 'a', null, true],
  ],
  ['tuples and sets', new PyTuple([new PySet([1]), new PyTuple([])]), [[1], []]],
  [
    'keys that are numbers',
    new PyDict([
      [1, 'a'],
      [new PyFloat(2.5), 'b'],
      [null, 'c'],
    ]),
    { '1': 'a', '2.5': 'b', null: 'c' },
  ],
  ['an OrderedDict', called('collections', 'OrderedDict'), {}],
  ['a path', path('PosixPath', '/', 'a', 'b'), '/a/b'],
  ['a path of one', path('PurePosixPath', 'a'), 'a'],
  ['a path of nothing', path('Path'), '.'],
  ['a path of Windows', path('WindowsPath', 'C:\\', 'a'), 'C:\\a'],
])('%s', (_, value, plain) => expect(plainOf(value)).toEqual(plain));

test.each<[string, PickleValue, RegExp]>([
  ['an object', PyDict.of({ a: new PyList([1, called('lab', 'Robot')]) }), /a\.1.*lab\.Robot/],
  ['a global', new PyGlobal('os', 'system'), /the value.*os\.system/],
  ['bytes', PyDict.of({ a: new PyBytes(new Uint8Array()) }), /a is/],
  ['a storage', new PyPersistent('x'), /the value/],
  ['a path of numbers', path('Path', 5 as never), /pathlib\.Path/],
  ['a key that is a tuple', new PyDict([[new PyTuple([]), 1]]), /key/],
  [
    'two keys that read alike',
    new PyDict([
      [1, 'a'],
      ['1', 'b'],
    ]),
    /1/,
  ],
])('%s has no plain form, and its place is told', (_, value, message) => {
  expect(() => plainOf(value)).toThrow(message);
  expect(() => plainOf(value)).toThrow(expect.objectContaining({ code: 'pickle-value' }));
});

describe('what grows without end is stopped', () => {
  const loop = new PyList([]);
  loop.items.push(loop);
  const doubling = Array.from({ length: 40 }).reduce<PickleValue>((inner) => new PyList([inner, inner]), 'x');
  const text = 'x'.repeat(2 ** 16);
  test.each<[string, PickleValue]>([
    ['a list that holds itself', loop],
    ['a list that doubles', doubling],
    ['one text a thousand times', new PyList(Array<string>(1000).fill(text))],
    ['one key a thousand times', new PyList(Array.from({ length: 1000 }, () => PyDict.of({ [text]: 1 })))],
  ])('%s', (_, value) =>
    expect(() => plainOf(value)).toThrow(expect.objectContaining({ code: 'pickle-limit' })),
  );
});

test('a format may translate objects of its own, and what it gives is translated on', () => {
  const special = (node: PyObject) => (node.className === 'lab.Box' ? node.args.items[0] : undefined);
  expect(plainOf(called('lab', 'Box', new PyTuple([called('lab', 'Box', 1)])), special)).toEqual([1]);
  expect(() => plainOf(called('lab', 'Other'), special)).toThrow(/lab\.Other/);
});

test('entries of a mapping, by their keys', () => {
  const dict = new PyDict([
    ['a', 1],
    [2, 'b'],
  ]);
  expect(entriesOf(dict)).toEqual([
    ['a', 1],
    [2, 'b'],
  ]);
  expect([entry(dict, 'a'), entry(dict, '2'), entry(undefined, 'a')]).toEqual([1, undefined, undefined]);
  for (const other of [undefined, 5, new PyList([]), called('lab', 'Robot')])
    expect(entriesOf(other)).toBeUndefined();
  const computed = new PyDict([[called('lab', 'Key'), 1]]);
  expect(() => entriesOf(computed)).toThrow(expect.objectContaining({ code: 'pickle-value' }));
});

test('plain values as nodes, and back', () => {
  const value = { a: [1, new PyFloat(1), null, { b: 'x' }], c: 2n ** 70n, d: false };
  expect(plainOf(nodeOf(value))).toEqual(value);
  expect(bytesOf(new PyBytes(Uint8Array.of(1)))).toEqual(Uint8Array.of(1));
  expect(bytesOf('a')).toBeUndefined();
});

/** `numpy.core.multiarray.scalar(dtype, bytes)`, as NumPy pickles a number of its own. */
function numpyScalar(dtype: string, order: '<' | '|', data: ArrayBufferView): PyObject {
  const made = called('numpy', 'dtype', dtype, false, true);
  made.state = new PyTuple([3, order, null, null, null, -1, -1, 0]);
  const bytes = new PyBytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return called('numpy.core.multiarray', 'scalar', made, bytes);
}

test.each<[string, '<' | '|', ArrayBufferView, Plain]>([
  ['b1', '|', Uint8Array.of(1), true],
  ['b1', '|', Uint8Array.of(0), false],
  ['u1', '|', Uint8Array.of(200), 200],
  ['i1', '|', Int8Array.of(-100), -100],
  ['u2', '<', Uint16Array.of(0x1234), 0x1234],
  ['i2', '<', Int16Array.of(-0x1234), -0x1234],
  ['u4', '<', Uint32Array.of(4e9), 4e9],
  ['i4', '<', Int32Array.of(-2e9), -2e9],
  ['u8', '<', BigUint64Array.of(2n ** 63n), 2n ** 63n],
  ['i8', '<', BigInt64Array.of(-5n), -5],
  ['f4', '<', Float32Array.of(0.5), 0.5],
  ['f4', '<', Float32Array.of(2), new PyFloat(2)],
  ['f8', '<', Float64Array.of(0.1), 0.1],
])('a NumPy scalar of %s is a number', (dtype, order, data, value) => {
  expect(plainOf(numpyScalar(dtype, order, data))).toEqual(value);
});

test('a complex number, and an array, have no plain form', () => {
  const complex = numpyScalar('c8', '<', Float32Array.of(1, 2));
  expect(() => plainOf(complex)).toThrow(expect.objectContaining({ code: 'pickle-value' }));
});
