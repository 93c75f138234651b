/** Python's dicts in a pickle, entry by entry: what they are made of, what is set later, and what could hide entries. */
import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { type PickleValue, PyBytes, PyTuple } from '../../../engine/formats/pickle/model.js';
import { entriesOf, plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { assemble, type Line } from '../../hostile/pickle/assemble.js';

const text = (value: string): Line => ['SHORT_BINUNICODE', value];
const call = (name: string, ...args: Line[]): Line[] => [['GLOBAL', 'collections', name], ...args, 'REDUCE'];
const read = (...lines: Line[]): PickleValue => readPickle(assemble(...lines, 'STOP'));
const pair = (key: string, value: number): Line[] => [
  'EMPTY_LIST',
  'MARK',
  text(key),
  ['BININT1', value],
  'APPENDS',
];
const pairs = (...each: Line[][]): Line[] => ['EMPTY_LIST', 'MARK', ...each.flat(), 'APPENDS'];
const set = (...entries: (readonly [string, number])[]): Line[] => [
  'MARK',
  ...entries.flatMap(([key, value]): Line[] => [text(key), ['BININT1', value]]),
  'SETITEMS',
];

test('an OrderedDict of pairs keeps them when entries are set later', () => {
  const made = read(
    ...call('OrderedDict', ...pairs(pair('a', 1), pair('b', 2)), 'TUPLE1'),
    ...set(['c', 3], ['a', 4]),
  );
  expect(entriesOf(made)).toEqual([
    ['a', 4],
    ['b', 2],
    ['c', 3],
  ]);
});

test.each(['OrderedDict', 'Counter'])('an %s of a dict holds its entries', (name) => {
  const made = read(...call(name, 'EMPTY_DICT', ...set(['a', 1]), 'TUPLE1'), ...set(['b', 2]));
  expect(plainOf(made)).toEqual({ a: 1, b: 2 });
});

test('a defaultdict with a factory and entries', () => {
  const made = read(
    ...call('defaultdict', ['GLOBAL', '__builtin__', 'int'], 'EMPTY_DICT', ...set(['a', 1]), 'TUPLE2'),
  );
  expect(plainOf(made)).toEqual({ a: 1 });
});

test('what a dict was made of may change afterwards', () => {
  const made = read(
    'EMPTY_DICT',
    'MEMOIZE',
    ...call('OrderedDict', ['BINGET', 0], 'TUPLE1'),
    ['BINGET', 0],
    ...set(['a', 1]),
    'POP',
  );
  expect(entriesOf(made)).toEqual([]);
});

test('__new__ takes no notice of entries', () => {
  const made = read(
    ['GLOBAL', 'collections', 'OrderedDict'],
    'EMPTY_DICT',
    ...set(['a', 1]),
    'TUPLE1',
    'NEWOBJ',
    ...set(['b', 2]),
  );
  expect(plainOf(made)).toEqual({ b: 2 });
});

test('1, 1.0 and True are one key: the first stays, the last value wins', () => {
  const float: Line = ['FLOAT', '1.0'];
  const made = read(
    'EMPTY_DICT',
    'MARK',
    float,
    text('a'),
    text('x'),
    text('b'),
    ['BININT1', 1],
    text('c'),
    'NEWTRUE',
    text('d'),
    'SETITEMS',
  );
  expect(entriesOf(made)).toEqual([
    [new PyFloat(1), 'd'],
    ['x', 'b'],
  ]);
});

test('a text and its bytes are two keys; tuples are one by their items', () => {
  const one = [['BININT1', 1], text('a'), 'TUPLE2'] as Line[];
  const again = ['NEWTRUE', text('a'), 'TUPLE2'] as Line[];
  const made = read(
    'EMPTY_DICT',
    'MARK',
    text('a'),
    'NONE',
    ['SHORT_BINBYTES', 'a'],
    'NONE',
    ...one,
    'NONE',
    ...again,
    'NEWTRUE',
    'SETITEMS',
  );
  expect(entriesOf(made)).toEqual([
    ['a', null],
    [new PyBytes(Uint8Array.of(97)), null],
    [new PyTuple([1, 'a']), true],
  ]);
});

test('equal items of a set are one', () => {
  expect(
    read('EMPTY_SET', 'MARK', ['BININT1', 1], 'NEWTRUE', text('a'), text('a'), 'ADDITEMS'),
  ).toMatchObject({ items: [1, 'a'] });
});

test.each<[string, Line[], string]>([
  [
    'a key that is computed',
    ['EMPTY_DICT', ['GLOBAL', 'lab', 'key'], 'EMPTY_TUPLE', 'REDUCE', 'NONE', 'SETITEM'],
    'a key of a dict is an object of lab.key',
  ],
  [
    'attributes that replace methods',
    [...call('OrderedDict', 'EMPTY_TUPLE'), 'EMPTY_DICT', text('items'), 'NONE', 'SETITEM', 'BUILD'],
    'attributes of a dict replace its methods',
  ],
  [
    'attributes of a dict without any',
    [...call('defaultdict', 'EMPTY_TUPLE'), 'EMPTY_DICT', text('a'), 'NONE', 'SETITEM', 'BUILD'],
    'attributes are set on a dict, which cannot have any',
  ],
  [
    'two keys that read alike',
    ['EMPTY_DICT', ['BININT1', 1], 'NONE', 'SETITEM', text('1'), 'NONE', 'SETITEM'],
    'the value has two keys that both read',
  ],
])('%s: refused where the entries count', (_, lines, message) => {
  const value = read(...lines);
  expect(() => plainOf(value)).toThrow(message);
});

test('an OrderedDict of a call is refused: its entries are not known', () => {
  const made = call('OrderedDict', ['GLOBAL', 'lab', 'entries'], 'EMPTY_TUPLE', 'REDUCE', 'TUPLE1');
  expect(() => read(...made)).toThrow(
    'collections.OrderedDict is built from something other than its entries',
  );
});

test('what a state dict carries beside its entries is not an obstacle', () => {
  const made = read(
    ...call('OrderedDict', 'EMPTY_TUPLE'),
    ...set(['a', 1]),
    'EMPTY_DICT',
    text('_metadata'),
    'EMPTY_DICT',
    'SETITEM',
    'BUILD',
  );
  expect(plainOf(made)).toEqual({ a: 1 });
});
