import { expect, test } from 'vitest';
import { Containers } from '../../../../engine/formats/pickle/machine/containers.js';
import { PickleStack } from '../../../../engine/formats/pickle/machine/stack.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PySet,
  PyTuple,
} from '../../../../engine/formats/pickle/model.js';
import { PickleSource } from '../../../../engine/formats/pickle/source.js';

function machine(top?: PickleValue) {
  const stack = new PickleStack(new PickleSource(new Uint8Array()), 10);
  if (top !== undefined) stack.push(top);
  return new Containers(stack);
}
const object = (module: string, name: string) =>
  new PyObject('call', new PyGlobal(module, name), new PyTuple([]));
const malformed = expect.objectContaining({ code: 'pickle-malformed' });

test('a list takes items, and so does an object that is one in Python', () => {
  const list = new PyList([1]);
  machine(list).append([2, 3]);
  expect(list.items).toEqual([1, 2, 3]);
  const own = object('lab', 'MyList');
  machine(own).append([1]);
  expect(own.listItems).toEqual([1]);
});

test('a dict takes entries by Python’s equality, another object as they come', () => {
  const dict = new PyDict([['a', 1]]);
  const into = machine(dict);
  into.setItems(['a', 2, 1, 'x']);
  into.setItems([true, 'y']);
  expect(dict.entries).toEqual([
    ['a', 2],
    [1, 'y'],
  ]);
  const ordered = object('collections', 'OrderedDict');
  machine(ordered).setItems(['a', 1, 'a', 2]);
  expect(ordered.dictItems).toEqual([['a', 2]]);
  const own = object('lab', 'MyDict');
  machine(own).setItems(['a', 1, 'a', 2]);
  expect(own.dictItems).toEqual([
    ['a', 1],
    ['a', 2],
  ]);
});

test('of equal items of a set the first stays', () => {
  const set = new PySet([1]);
  machine(set).addItems([true, 2, 2]);
  expect(set.items).toEqual([1, 2]);
  expect(machine().set([1, true, 'a'], true)).toEqual(new PySet([1, 'a'], true));
  expect(machine().dict(['a', 1, 'a', 2])).toEqual(new PyDict([['a', 2]]));
});

test.each<[string, () => void]>([
  ['items appended to a number', () => machine(5).append([1])],
  ['entries set in a list', () => machine(new PyList([])).setItems(['a', 1])],
  ['items added to a frozen set', () => machine(new PySet([], true)).addItems([1])],
  ['a key without a value', () => machine(new PyDict()).setItems(['a'])],
  ['a key that Python cannot look up', () => machine(new PyDict()).setItems([new PyList([]), 1])],
])('%s: refused', (_, act) => expect(act).toThrow(malformed));

test('a key of no bearable size is a limit', () => {
  const act = () => machine(new PyDict()).setItems(['k'.repeat(5000), 1]);
  expect(act).toThrow(expect.objectContaining({ code: 'pickle-limit' }));
});

test('what a config was made of cannot change afterwards, nor what lies in it', () => {
  const inner = new PyList([]);
  const outer = PyDict.of({ a: new PyTuple([inner]) });
  for (const target of [inner, outer]) {
    const into = machine(target);
    into.seal(outer);
    expect(() => (target instanceof PyList ? into.append([1]) : into.setItems(['b', 1]))).toThrow(malformed);
  }
  const state = new PyDict();
  const into = machine(state);
  into.sealState(state);
  expect(() => into.setItems(['a', 1])).toThrow(malformed);
});
