import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import {
  describe as inWords,
  type PickleValue,
  PyBytes,
  PyDict,
  PyGlobal,
  PyObject,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';

test('a later entry of the same key wins, as it does when Python loads it', () => {
  const dict = new PyDict([
    ['a', 1],
    [1, 'number'],
    ['a', 2],
  ]);
  expect([dict.get('a'), dict.get('1'), dict.get('b')]).toEqual([2, undefined, undefined]);
  expect(PyDict.of({ a: 1 }).entries).toEqual([['a', 1]]);
});

test('a global is its two names', () => {
  const global = new PyGlobal('a.b', 'C.d');
  expect(global.qualifiedName).toBe('a.b.C.d');
  expect([global.is('x', 'a.b.C.d'), global.is('a.b.C')]).toEqual([true, false]);
});

test('the class of an object, where it is a plain name', () => {
  const object = new PyObject('call', new PyGlobal('a', 'B'), new PyTuple([]));
  expect(object.className).toBe('a.B');
  expect(new PyObject('call', object, new PyTuple([])).className).toBeUndefined();
});

test.each<[PickleValue, string]>([
  [null, 'None'],
  [5, 'a number'],
  ['x', 'a string'],
  [new PyFloat(1), 'a float'],
  [new PyGlobal('os', 'sys\x1btem'), 'the global os.sys\\x1btem'],
  [new PyObject('call', new PyGlobal('a', 'B'), new PyTuple([])), 'an object of a.B'],
  [new PyObject('call', 'x', new PyTuple([])), 'an object of a computed class'],
  [new PyBytes(new Uint8Array()), 'PyBytes'],
])('%s in words', (value, words) => expect(inWords(value)).toBe(words));
