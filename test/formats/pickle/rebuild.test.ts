import { expect, test } from 'vitest';
import { CopyBudget } from '../../../engine/formats/pickle/copyBudget.js';
import {
  type PickleValue,
  PyBytes,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PySet,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { rebuildCall } from '../../../engine/formats/pickle/rebuild.js';

const rebuilt = (name: string, args: readonly PickleValue[], budget = 10_000) => {
  const at = name.lastIndexOf('.');
  const callee = new PyGlobal(name.slice(0, at), name.slice(at + 1));
  return rebuildCall(
    callee,
    new PyTuple([...args]),
    new CopyBudget(budget),
    (items, frozen) => new PySet([...items], frozen),
  );
};
const bytes = (...data: number[]) => new PyBytes(Uint8Array.from(data));

test.each<[string, readonly PickleValue[], unknown]>([
  ['_codecs.encode', ['\xff\x00a', 'latin1'], bytes(255, 0, 97)],
  ['_codecs.encode', ['', 'latin-1'], bytes()],
  ['builtins.bytes', [], bytes()],
  ['builtins.bytearray', [], new PyBytes(new Uint8Array(), true)],
  ['builtins.bytearray', [bytes(1, 2)], new PyBytes(Uint8Array.of(1, 2), true)],
  ['builtins.bytearray', ['\x01', 'latin-1'], new PyBytes(Uint8Array.of(1), true)],
  ['builtins.set', [], new PySet([])],
  ['builtins.set', [new PyList([1, 2])], new PySet([1, 2])],
  ['builtins.set', ['é🦾'], new PySet(['é', '🦾'])],
  ['builtins.set', [bytes(7, 8)], new PySet([7, 8])],
  ['builtins.frozenset', [new PyTuple([1])], new PySet([1], true)],
  ['builtins.frozenset', [PyDict.of({ a: 1 })], new PySet(['a'], true)],
])('%s of %s is data', (name, args, made) => expect(rebuilt(name, args)).toEqual(made));

test.each<[string, readonly PickleValue[]]>([
  ['_codecs.encode', ['é', 'utf-8']],
  ['_codecs.encode', ['🦾', 'latin1']],
  ['_codecs.encode', ['a']],
  ['_codecs.encode', [5, 'latin1']],
  ['builtins.bytes', ['a']],
  ['builtins.bytearray', [5]],
  ['builtins.set', [5]],
  ['builtins.set', [new PyList([]), new PyList([])]],
  ['builtins.set', ['x'.repeat(2000)]],
  ['builtins.set', [new PyObject('call', new PyGlobal('lab', 'X'), new PyTuple([]))]],
  ['builtins.eval', ['1']],
  ['os.system', ['true']],
])('%s of %s stays a call', (name, args) => expect(rebuilt(name, args)).toBeUndefined());

test('what is called may be no name at all', () => {
  const nothing = () => new PySet([]);
  expect(rebuildCall('builtins.set', new PyTuple([]), new CopyBudget(5), nothing)).toBeUndefined();
});

test('a call whose copies are beyond the budget stays a call', () => {
  expect(rebuilt('_codecs.encode', ['abcdef', 'latin1'], 5)).toBeUndefined();
  expect(rebuilt('builtins.set', [new PyList([1, 2, 3])], 2)).toBeUndefined();
});
