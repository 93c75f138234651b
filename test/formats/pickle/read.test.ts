import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import {
  type PickleValue,
  PyBytes,
  type PyDict,
  PyGlobal,
  type PyList,
  PyObject,
  PySet,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { entriesOf, plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/pickle/${name}`, import.meta.url)));
const items = (value: PickleValue | undefined) => (value as PyList).items;
const float = (value: number) => new PyFloat(value);

/** What `values()` of the fixture's script holds. */
function expectValues(values: PyDict): void {
  expect(values.get('none')).toBe(null);
  expect([values.get('yes'), values.get('no')]).toEqual([true, false]);
  expect(items(values.get('ints'))).toEqual([
    0,
    255,
    256,
    -1,
    65535,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    2 ** 53 - 1,
    2n ** 53n,
    -(2n ** 63n),
    2n ** 200n,
    -(2n ** 200n),
  ]);
  expect(items(values.get('floats'))).toEqual([0.5, float(1), float(-0), float(1e300), Infinity, -Infinity]);
  expect(values.get('nan')).toBeNaN();
  expect(items(values.get('texts'))).toEqual([
    '',
    'ascii',
    'Grüße',
    '夹爪',
    '🦾',
    'line\nfeed\\u0041',
    'lone \ud800 surrogate',
  ]);
  expect(items(values.get('bytes')).map((bytes) => [...(bytes as PyBytes).data])).toEqual([
    [],
    [0, 255],
    Array.from({ length: 512 }, (_, i) => i % 256),
  ]);
  expect(values.get('bytearray')).toEqual(new PyBytes(expect.anything(), true));
  expect([...(values.get('bytearray') as PyBytes).data]).toEqual([1, 2]);
  expect(items(values.get('tuples'))).toEqual(
    [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]].map((tuple) => new PyTuple(tuple)),
  );
  expect(values.get('set')).toEqual(new PySet([1]));
  expect(values.get('frozenset')).toEqual(new PySet([2], true));
  expect(entriesOf(values.get('ordered'))).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
  expect(plainOf(values.get('path')!)).toBe('/data/run');
  expectIdentities(values);
}

/** Shared objects, a list that contains itself through a tuple, and an object that is its own attribute. */
function expectIdentities(values: PyDict): void {
  const [first, second] = items(values.get('shared'));
  expect(first).toBe(second);
  const loop = values.get('loop') as PyList;
  const inside = loop.items[1] as PyTuple;
  expect(inside.items[0]).toBe(loop);
  expect(inside.items[1]).toBe(2);
  const robot = values.get('robot') as PyObject;
  expect(robot).toBeInstanceOf(PyObject);
  expect((robot.state as PyDict).get('name')).toBe('arm');
  expect((robot.state as PyDict).get('self')).toBe(robot);
}

describe.each([0, 1, 2, 3, 4, 5])('protocol %i', (protocol) => {
  const bytes = fixture(`values.p${protocol}.pkl`);

  test('every kind of value is read as data', () => {
    expectValues(readPickle(bytes) as PyDict);
  });

  test.each([2, 4] as const)('written again with protocol %i it holds the same', (target) => {
    expectValues(readPickle(writePickle(readPickle(bytes), { protocol: target })) as PyDict);
  });
});

test('an unknown class stays two names and its state', () => {
  const robot = (readPickle(fixture('values.p4.pkl')) as PyDict).get('robot') as PyObject;
  expect(robot.callable).toEqual(new PyGlobal('lab.robots', 'Robot'));
  expect(robot.construction).toBe('new');
});

test('Python 2 names of modules become Python 3 names, and back', () => {
  const value = readPickle(Buffer.from('c__builtin__\nrange\n.'));
  expect(value).toEqual(new PyGlobal('builtins', 'range'));
  expect(Buffer.from(writePickle(value, { protocol: 2 })).toString('latin1')).toContain(
    'c__builtin__\nrange\n',
  );
});

test('Python 2 byte strings are text where they are ASCII', () => {
  expect(readPickle(Buffer.from("S'a\\tb'\n."))).toBe('a\tb');
  expect(readPickle(Buffer.from('U\x01\xff.', 'latin1'))).toEqual(new PyBytes(Uint8Array.of(0xff)));
});
