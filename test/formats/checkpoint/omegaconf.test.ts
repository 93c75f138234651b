import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { configNode, configOf } from '../../../engine/formats/checkpoint/omegaconf.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';

/** An object as OmegaConf pickles its nodes: made anew, then given its attributes. */
function node(module: string, name: string, state: Record<string, PickleValue>): PyObject {
  const made = new PyObject('new', new PyGlobal(module, name), new PyTuple([]));
  made.state = PyDict.of(state);
  return made;
}
const leaf = (value: PickleValue, kind = 'AnyNode') =>
  node('omegaconf.nodes', kind, { _val: value, _metadata: null });
const dict = (entries: Record<string, PickleValue>) =>
  node('omegaconf.dictconfig', 'DictConfig', { _content: PyDict.of(entries) });
const list = (...items: PickleValue[]) =>
  node('omegaconf.listconfig', 'ListConfig', { _content: new PyList(items) });

test('the node graph of a config is its values; interpolations and ??? stay text', () => {
  const config = dict({
    a: leaf(1),
    b: list(leaf('${a}'), dict({ c: leaf(new PyFloat(2), 'FloatNode') })),
    missing: leaf('???'),
    none: leaf(null),
    whole: node('omegaconf.dictconfig', 'DictConfig', { _content: '${a}' }),
  });
  expect(configOf(config)).toEqual({
    a: 1,
    b: ['${a}', { c: new PyFloat(2) }],
    missing: '???',
    none: null,
    whole: '${a}',
  });
});

test('an enumeration is its value', () => {
  const member = (...args: PickleValue[]) =>
    leaf(new PyObject('call', new PyGlobal('mine', 'Color'), new PyTuple(args)), 'EnumNode');
  expect(configOf(dict({ color: member(2), name: member('red') }))).toEqual({ color: 2, name: 'red' });
  for (const odd of [member(), member(1, 2), member(new PyList([]))])
    expect(() => configOf(dict({ odd }))).toThrow(/odd/);
});

test('a config that was written is read back', () => {
  const config = { n: 1, f: new PyFloat(1), deep: [{ a: '${n}', b: null }, []], text: '???', big: 2n ** 70n };
  expect(configOf(readPickle(writePickle(configNode(config), { protocol: 2 })))).toEqual(config);
});

test('a plain dict is a config too; anything else is not', () => {
  expect(configOf(PyDict.of({ a: 1 }))).toEqual({ a: 1 });
  for (const other of [undefined, null, 5, 'x', list(leaf(1))]) expect(configOf(other)).toBeUndefined();
});

test('an object without a plain form is refused by its path', () => {
  const odd = new PyObject('call', new PyGlobal('os', 'system'), new PyTuple(['x']));
  expect(() => configOf(dict({ a: dict({ b: odd }) }))).toThrow(/a\.b/);
});
