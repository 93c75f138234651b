import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { KeyIdentities } from '../../../engine/formats/pickle/keys.js';
import {
  type PickleValue,
  PyBytes,
  PyDict,
  PyList,
  PySet,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { fromNdArray } from '../../../engine/formats/pickle/numpy.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { peerPython } from '../../peers.js';

const float = fc
  .double({ noNaN: true })
  .map((value) => (Number.isInteger(value) ? new PyFloat(value) : value));
const integer = fc
  .oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }))
  .map((value) => {
    const small = Number(value);
    return Number.isSafeInteger(small) ? small + 0 : value;
  });
const bytes = fc.tuple(fc.uint8Array(), fc.boolean()).map(([data, mutable]) => new PyBytes(data, mutable));
const scalar = fc.oneof(
  fc.constantFrom(null, true, false),
  integer,
  float,
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 300, maxLength: 400 }),
  bytes,
);
const identities = new KeyIdentities();
const key = scalar.filter((each) => !(each instanceof PyBytes && each.mutable));
const { value } = fc.letrec<{ value: PickleValue }>((tie) => {
  const members = fc.uniqueArray(key, { maxLength: 3, selector: (each) => identities.of(each) });
  const several = fc.array(tie('value'), { maxLength: 5 });
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      scalar,
      several.map((list) => new PyList(list)),
      several.map((list) => new PyTuple(list)),
      members.map((list) => new PySet(list)),
      members.map((list) => new PySet(list, true)),
      fc
        .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => identities.of(name) })
        .map((entries) => new PyDict(entries)),
    ),
  };
});

describe.each([2, 4] as const)('protocol %i', (protocol) => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(value, (written) => {
        expect(readPickle(writePickle(written, { protocol }))).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });

  test('shared objects stay shared and cycles stay cycles', () => {
    const shared = new PyList(['x']);
    const loop = new PyList([shared]);
    const tuple = new PyTuple([loop, shared, shared, 4]);
    loop.items.push(tuple);
    const again = readPickle(writePickle(tuple, { protocol })) as PyTuple;
    const [list, first, second] = again.items as [PyList, PyList, PyList];
    expect(list.items).toHaveLength(2);
    expect(list.items[1]).toBe(again);
    expect(list.items[0]).toBe(first);
    expect(first).toBe(second);
  });

  const python = peerPython(['pickle']);
  test.skipIf(!python)('Python loads it (needs a python)', () => {
    const made = new PyDict([
      ['ints', new PyList([0, -1, 2 ** 40, 2n ** 100n, 300])],
      ['floats', new PyList([0.5, new PyFloat(2)])],
      ['text', 'Grüße 夹爪 🦾'],
      ['bytes', new PyBytes(Buffer.of(0, 200, 255))],
      ['array', new PyBytes(Buffer.of(1), true)],
      ['sets', new PyTuple([new PySet([1, 2]), new PySet(['a'], true)])],
    ]);
    const program = 'import pickle, sys; print(ascii(pickle.load(sys.stdin.buffer)))';
    const { stdout } = spawnSync(python!, ['-c', program], {
      input: writePickle(made, { protocol }),
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe(
      "{'ints': [0, -1, 1099511627776, 1267650600228229401496703205376, 300], 'floats': [0.5, 2.0], " +
        "'text': 'Gr\\xfc\\xdfe \\u5939\\u722a \\U0001f9be', 'bytes': b'\\x00\\xc8\\xff', 'array': bytearray(b'\\x01'), " +
        "'sets': ({1, 2}, frozenset({'a'}))}",
    );
  });

  const numpy = peerPython(['numpy']);
  test.skipIf(!numpy)('NumPy loads its arrays (needs a python with numpy)', () => {
    const pose = {
      dtype: '<f4',
      shape: [2, 3],
      data: new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5.5).buffer),
    };
    const gripper = { dtype: '<i8', shape: [2], data: new Uint8Array(BigInt64Array.of(1n, -1n).buffer) };
    const open = { dtype: '|b1', shape: [1], data: Uint8Array.of(1) };
    const names = { dtype: '<U2', shape: [1], data: new Uint8Array(Uint32Array.of(0x5939, 0).buffer) };
    const arrays = { pose, gripper, open, names };
    const made = new PyDict(Object.entries(arrays).map(([name, array]) => [name, fromNdArray(array)]));
    const program =
      'import pickle, sys; print([(k, str(a.dtype), a.shape, ascii(a.tolist())) for k, a in pickle.load(sys.stdin.buffer).items()])';
    const { stdout } = spawnSync(numpy!, ['-c', program], {
      input: writePickle(made, { protocol }),
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe(
      "[('pose', 'float32', (2, 3), '[[0.0, 1.0, 2.0], [3.0, 4.0, 5.5]]'), ('gripper', 'int64', (2,), '[1, -1]'), " +
        `('open', 'bool', (1,), '[True]'), ('names', '<U2', (1,), "['\\\\u5939']")]`,
    );
  });
});
