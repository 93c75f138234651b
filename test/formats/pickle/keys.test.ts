/** Which keys are one in Python. */
import { describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { Entries, isOpaque, KeyIdentities, KeyProblem } from '../../../engine/formats/pickle/keys.js';
import {
  type PickleValue,
  PyBytes,
  PyDict,
  type PyEntry,
  PyExtension,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistent,
  PySet,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';

const bytes = (...data: number[]) => new PyBytes(Uint8Array.from(data));
const tuple = (...items: PickleValue[]) => new PyTuple(items);
const frozen = (...items: PickleValue[]) => new PySet(items, true);
const made = () => new PyObject('call', new PyGlobal('lab', 'Key'), tuple());

/** Groups of keys that are equal inside and differ outside. */
const GROUPS: readonly (readonly PickleValue[])[] = [
  [1, true, new PyFloat(1)],
  [0, false, new PyFloat(0), new PyFloat(-0)],
  [2n ** 53n, new PyFloat(2 ** 53)],
  [2n ** 53n + 1n],
  [0.5],
  [null],
  ['1'],
  ['None'],
  [bytes(49), bytes(49)],
  [tuple(1, 'a'), tuple(true, 'a')],
  [tuple('1', 'a')],
  [tuple(1), tuple(1)],
  [tuple(tuple(1))],
  [tuple()],
  [frozen(1, 2), frozen(2, 1), frozen(2, new PyFloat(1))],
  [frozen()],
  [new PyGlobal('a', 'b.c'), new PyGlobal('a', 'b.c')],
  [new PyGlobal('a.b', 'c')],
  [new PyExtension(5), new PyExtension(5)],
  [Number.POSITIVE_INFINITY],
];

test('keys that Python finds equal are one, all others differ', () => {
  const identities = new KeyIdentities();
  const found = GROUPS.map((group) => group.map((key) => identities.of(key)));
  for (const group of found) expect(new Set(group).size).toBe(1);
  expect(new Set(found.map(([identity]) => identity)).size).toBe(GROUPS.length);
});

test('objects that only running the file would tell apart are equal to themselves alone', () => {
  const identities = new KeyIdentities();
  const [one, other] = [made(), made()];
  expect(identities.of(one)).toBe(identities.of(one));
  expect(identities.of(one)).not.toBe(identities.of(other));
  expect(identities.of(tuple(one))).toBe(identities.of(tuple(one)));
  expect(identities.of(tuple(one))).not.toBe(identities.of(tuple(other)));
  expect([one, new PyPersistent('x'), 'a', tuple(), new PyDict()].map(isOpaque)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

const deep = Array.from({ length: 100 }).reduce<PickleValue>((inner) => tuple(inner), 1);
test.each<[string, PickleValue, boolean]>([
  ['a list', new PyList([]), false],
  ['a dict', new PyDict(), false],
  ['a set', new PySet([]), false],
  ['a bytearray', new PyBytes(Uint8Array.of(1), true), false],
  ['a tuple with a list', tuple(1, new PyList([])), false],
  ['an OrderedDict', new PyObject('call', new PyGlobal('collections', 'OrderedDict'), tuple()), false],
  ['NaN', Number.NaN, false],
  ['a long text', 'k'.repeat(5000), true],
  ['long bytes', new PyBytes(new Uint8Array(5000)), true],
  ['a long tuple', tuple(...Array<number>(5000).fill(1)), true],
  ['a deep tuple', deep, true],
])('%s is not a key', (_, key, limit) => {
  const problem = new KeyIdentities().of(key);
  expect(problem).toBeInstanceOf(KeyProblem);
  expect((problem as KeyProblem).limit).toBe(limit);
});

describe('entries that are set one after another', () => {
  test('the last value wins, at the place and under the key of the first', () => {
    const list: PyEntry[] = [
      ['z', 0],
      [1, 'one'],
    ];
    const entries = new Entries(list, new KeyIdentities());
    for (const [key, value] of [
      ['a', 1],
      [true, 'yes'],
      ['a', 2],
    ] as const)
      entries.set(key, value);
    expect(list).toEqual([
      ['z', 0],
      [1, 'yes'],
      ['a', 2],
    ]);
  });

  test('what is not a key is told, and changes nothing', () => {
    const list: PyEntry[] = [];
    expect(new Entries(list, new KeyIdentities()).set(new PyList([]), 1)).toBeInstanceOf(KeyProblem);
    expect(list).toEqual([]);
  });
});
