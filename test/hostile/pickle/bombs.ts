/** Small pickles that would take much time or memory: opcodes, memos, expansions, depth, and arrays that are not there. */
import type { Shape } from '../shape.js';
import { assemble, type Line, repeat } from './assemble.js';

const MANY = 3_000_000;
const P2: Line = ['PROTO', 2];
const P4: Line = ['PROTO', 4];
const text = (value: string): Line => ['SHORT_BINUNICODE', value];
const named = (module: string, name: string): Line[] => [text(module), text(name), 'STACK_GLOBAL'];

type Row = readonly [
  name: string,
  why: string,
  reader: Shape['reader'],
  expect: string,
  lines: () => readonly Line[],
];

const READING: readonly Row[] = [
  ['millions of None', 'bounds time', 'pickle', 'pickle-limit', () => [repeat(MANY, 'NONE'), 'STOP']],
  [
    'millions of lists',
    'each costs a hundred bytes',
    'pickle',
    'pickle-limit',
    () => [repeat(MANY, 'EMPTY_LIST'), 'STOP'],
  ],
  ['millions of tuples', 'likewise', 'pickle', 'pickle-limit', () => [repeat(MANY, 'EMPTY_TUPLE'), 'STOP']],
  [
    'millions of objects',
    'each has lists of its own',
    'pickle',
    'pickle-limit',
    () => [['GLOBAL', 'a', 'B'], 'MEMOIZE', repeat(MANY, ['BINGET', 0], 'EMPTY_TUPLE', 'REDUCE'), 'STOP'],
  ],
  ['millions of empty texts', 'likewise', 'pickle', 'pickle-limit', () => [repeat(MANY, text('')), 'STOP']],
  [
    'millions of globals',
    'each with a name that is listed',
    'pickle',
    'pickle-limit',
    () => [repeat(MANY, ['GLOBAL', 'a', 'b']), 'STOP'],
  ],
  [
    'a memo of millions',
    'each a slot of a map',
    'pickle',
    'pickle-limit',
    () => ['NONE', repeat(MANY, 'MEMOIZE'), 'STOP'],
  ],
  [
    'open marks without end',
    'containers in containers',
    'pickle',
    'pickle-limit',
    () => [repeat(MANY, 'MARK')],
  ],
  [
    'copies of one text by _codecs.encode',
    'a megabyte of text encoded a thousand times is a gigabyte',
    'pickle',
    'pickle-limit',
    () => [
      P2,
      ['GLOBAL', '_codecs', 'encode'],
      ['BINPUT', 0],
      'POP',
      ['BINUNICODE', 'x'.repeat(1 << 20)],
      ['BINUNICODE', 'latin1'],
      'TUPLE2',
      ['BINPUT', 1],
      repeat(2000, ['BINGET', 0], ['BINGET', 1], 'REDUCE'),
      'STOP',
    ],
  ],
  [
    'copies of one list by set',
    'a list of a hundred thousand made a set ten thousand times',
    'pickle',
    'pickle-limit',
    () => [
      P4,
      ...named('builtins', 'set'),
      'MEMOIZE',
      'POP',
      'EMPTY_LIST',
      'MARK',
      repeat(100_000, 'NONE'),
      'APPENDS',
      'TUPLE1',
      'MEMOIZE',
      repeat(10_000, ['BINGET', 0], ['BINGET', 1], 'REDUCE'),
      'STOP',
    ],
  ],
  [
    'text of lone surrogates',
    'each is decoded on its own',
    'pickle',
    'opaque',
    () => [P4, ['BINUNICODE', 1_500_000], repeat(500_000, Buffer.of(0xed, 0xa0, 0x80)), 'STOP'],
  ],
];

const UNFOLDING: readonly Row[] = [
  [
    'forty lists that double',
    'a billion laughs: 2^40 values from 300 bytes',
    'plain',
    'pickle-limit',
    () => [P4, 'EMPTY_LIST', 'MEMOIZE', ...doubled('MARK', 'LIST'), 'STOP'],
  ],
  [
    'forty tuples that double',
    'likewise',
    'plain',
    'pickle-limit',
    () => [P4, 'EMPTY_TUPLE', 'MEMOIZE', ...doubled('MARK', 'TUPLE'), 'STOP'],
  ],
  [
    'sets that double',
    'likewise',
    'plain',
    'pickle-limit',
    () => [P4, 'MARK', 'FROZENSET', 'MEMOIZE', ...doubled('MARK', 'FROZENSET'), 'STOP'],
  ],
  [
    'dicts that double',
    'likewise',
    'plain',
    'pickle-limit',
    () => [
      P4,
      'EMPTY_DICT',
      'MEMOIZE',
      ...Array.from({ length: 40 }, (_, i): Line[] => [
        'MARK',
        text('a'),
        ['BINGET', i],
        text('b'),
        ['BINGET', i],
        'DICT',
        ['BINPUT', i + 1],
      ]).flat(),
      'STOP',
    ],
  ],
  [
    'a hundred thousand tuples in each other',
    'overflows a recursive reader',
    'plain',
    'pickle-limit',
    () => ['NONE', repeat(100_000, 'TUPLE1'), 'STOP'],
  ],
  [
    'objects in each other’s arguments',
    'likewise',
    'plain',
    'pickle-value',
    () => [
      ['GLOBAL', 'a', 'B'],
      'MEMOIZE',
      'NONE',
      repeat(50_000, 'TUPLE1', ['BINPUT', 1], 'POP', ['BINGET', 0], ['BINGET', 1], 'REDUCE'),
      'STOP',
    ],
  ],
  [
    'a list that holds itself',
    'never ends',
    'plain',
    'pickle-limit',
    () => [P4, 'EMPTY_LIST', 'MEMOIZE', ['BINGET', 0], 'APPEND', 'STOP'],
  ],
  [
    'a dict that holds itself',
    'never ends',
    'plain',
    'pickle-limit',
    () => [P4, 'EMPTY_DICT', 'MEMOIZE', text('a'), ['BINGET', 0], 'SETITEM', 'STOP'],
  ],
  [
    'a path whose state holds itself',
    'only the arguments of a path count',
    'plain',
    'opaque',
    () => [
      P4,
      ...named('pathlib', 'PosixPath'),
      'EMPTY_TUPLE',
      'REDUCE',
      'MEMOIZE',
      ['BINGET', 0],
      'BUILD',
      'STOP',
    ],
  ],
  [
    'a wide list at the deepest place',
    'a path of 199 keys for each of half a million values',
    'plain',
    'pickle-limit',
    () => [P4, 'EMPTY_LIST', 'MARK', repeat(450_000, 'NONE'), 'APPENDS', repeat(190, 'TUPLE1'), 'STOP'],
  ],
];

function doubled(open: 'MARK', close: 'LIST' | 'TUPLE' | 'FROZENSET'): Line[] {
  return Array.from({ length: 40 }, (_, i): Line[] => [
    open,
    ['BINGET', i],
    ['BINGET', i],
    close,
    ['BINPUT', i + 1],
  ]).flat();
}

/** `_reconstruct` with a state of the given shape, dtype, order and bytes. */
function array(shape: readonly Line[], dtype: string, fortran: boolean, data: Uint8Array): Line[] {
  return [
    ...named('numpy.core.multiarray', '_reconstruct'),
    'EMPTY_TUPLE',
    'REDUCE',
    'MARK',
    ['BININT1', 1],
    'MARK',
    ...shape,
    'TUPLE',
    ...named('numpy', 'dtype'),
    text(dtype),
    'TUPLE1',
    'REDUCE',
    fortran ? 'NEWTRUE' : 'NEWFALSE',
    ['BINBYTES', data.length],
    data,
    'TUPLE',
    'BUILD',
  ];
}

const one = (value: readonly Line[]): Line[] => [P4, 'EMPTY_DICT', text('a'), ...value, 'SETITEM', 'STOP'];
const long = (value: bigint): Line => ['LONG1', littleEndian(value)];

function littleEndian(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

const bytes8 = new Uint8Array(8);
const ARRAYS: readonly Row[] = [
  [
    'an array of 2^60 elements',
    'a shape that its bytes do not have',
    'arrays',
    'pickle-value',
    () => one(array([long(2n ** 30n), long(2n ** 30n)], 'f4', false, bytes8)),
  ],
  [
    'an array whose product overflows',
    'beyond 2^1023',
    'arrays',
    'pickle-value',
    () => one(array(Array(40).fill(long(2n ** 50n)), 'f8', false, bytes8)),
  ],
  [
    'an array of negative length',
    'is none',
    'arrays',
    'pickle-value',
    () => one(array([['BININT', -2]], 'f4', false, bytes8)),
  ],
  [
    'an array of 65 dimensions',
    'NumPy has at most 64',
    'arrays',
    'pickle-value',
    () => one(array(Array(65).fill(['BININT1', 1]), 'f8', false, bytes8)),
  ],
  [
    'a Fortran array of 2^50 empty texts',
    'no bytes, yet as many steps as it claims',
    'arrays',
    'opaque',
    () => one(array([long(2n ** 50n)], 'U0', true, new Uint8Array())),
  ],
  [
    'an array of objects',
    'pickled objects inside',
    'arrays',
    'pickle-value',
    () => one(array([['BININT1', 1]], 'O8', false, bytes8)),
  ],
  [
    'an array of structures',
    'dtypes with fields are not read',
    'arrays',
    'pickle-value',
    () => one(array([['BININT1', 1]], 'V8', false, bytes8)),
  ],
  [
    'elements of 99999 bytes',
    'far beyond any text',
    'arrays',
    'pickle-value',
    () => one(array([['BININT1', 0]], 'S99999', false, new Uint8Array())),
  ],
  [
    'elements of three bytes',
    'no float has three',
    'arrays',
    'pickle-value',
    () => one(array([['BININT1', 1]], 'f3', false, bytes8)),
  ],
  [
    'one buffer under ten thousand names',
    'converting a big-endian megabyte for each would take ten gigabytes',
    'arrays',
    'pickle-limit',
    () => [
      P4,
      ...array([['BININT', 1 << 18]], '>f4', false, new Uint8Array(1 << 20)).slice(0, -1),
      ['BINPUT', 1],
      ...named('numpy.core.multiarray', '_reconstruct'),
      ['BINPUT', 2],
      'EMPTY_DICT',
      ...Array.from({ length: 10_000 }, (_, i): Line[] => [
        text(`a${i}`),
        ['BINGET', 2],
        'EMPTY_TUPLE',
        'REDUCE',
        ['BINGET', 1],
        'BUILD',
        'SETITEM',
      ]).flat(),
      'STOP',
    ],
  ],
];

export const bombShapes: readonly Shape[] = [...READING, ...UNFOLDING, ...ARRAYS].map(
  ([name, why, reader, expect, lines]) => ({
    name,
    why,
    reader,
    make: () => assemble(...lines()),
    expect,
  }),
);
