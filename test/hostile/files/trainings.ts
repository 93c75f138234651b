/** Checkpoints that are sound archives with a crafted payload: tensors out of bounds, entries that multiply, calls. */
import {
  type PickleValue,
  PyBytes,
  PyDict,
  PyGlobal,
  PyList,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { assemble, type Line, repeat } from '../pickle/assemble.js';
import type { Shape } from '../shape.js';
import { call, checkpoint, counters, SOUND, storage, tensor, training } from './payloads.js';

type Row = readonly [
  name: string,
  why: string,
  expect: string,
  payload: () => PickleValue | Uint8Array,
  says?: RegExp | undefined,
  names?: readonly string[],
];

const system = () => call('os', 'system', 'true');

const TENSORS: readonly Row[] = [
  [
    'longer than its storage',
    'reads what lies behind',
    'checkpoint-tensor',
    () => training({ weight: tensor([5], [1]) }),
    /extends to byte 20 .* has only 16/,
  ],
  [
    'that starts behind its storage',
    'likewise',
    'checkpoint-tensor',
    () => training({ weight: tensor([1], [1], 4) }),
    /extends to byte 20/,
  ],
  [
    'with a stride out of its storage',
    'likewise',
    'checkpoint-tensor',
    () => training({ weight: tensor([2, 2], [4, 1]) }),
    /extends to byte 24/,
  ],
  [
    'of 2^60 elements',
    'a shape does not make a reader allocate',
    'checkpoint-tensor',
    () => training({ weight: tensor([2 ** 40, 2 ** 20], [2 ** 20, 1]) }),
    /extends to byte/,
  ],
  [
    'of lengths beyond 2^53',
    'no longer whole numbers',
    'checkpoint-tensor',
    () => training({ weight: tensor([2n ** 60n], [1]) }),
    /not a tuple of lengths/,
  ],
  [
    'with strides of another rank',
    'one of them lies',
    'checkpoint-tensor',
    () => training({ weight: tensor([2, 2], [1]) }),
    /2 dimensions, its stride 1/,
  ],
  [
    'of negative length',
    'wraps around in C',
    'checkpoint-tensor',
    () => training({ weight: tensor([-1], [1]) }),
    /not a tuple of lengths/,
  ],
  [
    'with a negative stride',
    'reads what lies before',
    'checkpoint-tensor',
    () => training({ weight: tensor([2], [-1], 1) }),
    /not a tuple of lengths/,
  ],
  [
    'at a negative offset',
    'reads what lies before',
    'checkpoint-tensor',
    () => training({ weight: tensor([1], [1], -1) }),
    /not a length/,
  ],
  [
    'at a fractional offset',
    'is none',
    'checkpoint-tensor',
    () => training({ weight: tensor([1], [1], 0.5) }),
    /not a length/,
  ],
  [
    'of 65 dimensions',
    'torch has at most 64',
    'checkpoint-tensor',
    () => training({ weight: tensor(Array(65).fill(1), Array(65).fill(1)) }),
    /not a tuple of lengths/,
  ],
  [
    'in a storage that is missing',
    'points outside the archive',
    'checkpoint-tensor',
    () => training({ weight: tensor([1], [1], 0, '7') }),
    /data\/7 is not in the file/,
  ],
  [
    'in a storage called ..',
    'points outside its folder',
    'checkpoint-tensor',
    () => training({ weight: tensor([1], [1], 0, '../data.pkl') }),
    /is not in the file/,
  ],
  [
    'in a storage of an unknown type',
    'CVE-2026-24747: the type decides how many bytes are read',
    'checkpoint-tensor',
    () => {
      const id = new PyTuple(['storage', new PyGlobal('os', 'system'), '0', 'cpu', 4]);
      const parts = [new PyPersistent(id), 0, new PyTuple([1]), new PyTuple([1]), false, null];
      return training({ weight: call('torch._utils', '_rebuild_tensor_v2', ...parts) });
    },
    /dtype/,
  ],
  [
    'without a storage',
    'its storage is a number',
    'checkpoint-tensor',
    () =>
      training({
        weight: call(
          'torch._utils',
          '_rebuild_tensor_v2',
          1,
          0,
          new PyTuple([1]),
          new PyTuple([1]),
          false,
          null,
        ),
      }),
    /its storage is a number/,
  ],
  [
    'under a key that is not text',
    'keys are names',
    'checkpoint-layout',
    () => PyDict.of({ state_dicts: PyDict.of({ model: new PyDict([[1, tensor([1], [1])]]) }) }),
    /expected text/,
  ],
];

const shared = (count: number, value: PickleValue) =>
  new PyDict(Array.from({ length: count }, (_, i) => [`k${i}`, value]));

const PAYLOADS: readonly Row[] = [
  ['a list', 'no training', 'checkpoint-layout', () => new PyList([1])],
  [
    'a dict of one tensor',
    'a bare state dict is read',
    'opaque',
    () => PyDict.of({ grid: tensor([1], [1]) }),
  ],
  ['a dict of a number', 'no weights', 'checkpoint-layout', () => PyDict.of({ grid: 1 }), /a dict of grid/],
  [
    'state_dicts that is a call',
    'nothing to list',
    'checkpoint-layout',
    () => PyDict.of({ state_dicts: system() }),
  ],
  [
    'a key of four thousand characters',
    'would be shown, compared and padded to',
    'checkpoint-layout',
    () => training({ ['k'.repeat(4000)]: tensor([4], [1]) }),
    /a key of 4000 characters, more than the limit of 1000/,
  ],
  [
    'a key of a megabyte',
    'was padded to for each other key',
    'checkpoint-pickle',
    () => training({ ['k'.repeat(1 << 20)]: tensor([4], [1]) }),
    /a key of 1048576 characters; the limit is 4096/,
  ],
  [
    'one text of five thousand characters a hundred thousand times',
    'half a gigabyte of config from five kilobytes',
    'checkpoint-pickle',
    () => training({}, { cfg: PyDict.of({ a: new PyList(Array(100_000).fill('y'.repeat(5000))) }) }),
    /more than 8388608 characters/,
  ],
  [
    'a megabyte as the name of a class',
    'is listed',
    'checkpoint-pickle',
    () => training({}, { hook: call('m'.repeat(1 << 20), 'f') }),
    /a name of 1048577 characters/,
  ],
  [
    'thirteen thousand tensors of storages of their own',
    'that are not there',
    'checkpoint-tensor',
    () =>
      training(
        Object.fromEntries(Array.from({ length: 13_000 }, (_, i) => [`k${i}`, tensor([1], [1], 0, `${i}`)])),
      ),
    /data\/1 is not in the file/,
  ],
  [
    'a state dict that is a call',
    'its keys would only exist while running',
    'checkpoint-layout',
    () => PyDict.of({ state_dicts: PyDict.of({ model: call('lab', 'Weights', tensor([4], [1])) }) }),
    /state_dicts\.model is an object of lab\.Weights/,
  ],
  [
    'a state dict under a key that is not text',
    'names are text',
    'checkpoint-layout',
    () => PyDict.of({ state_dicts: new PyDict([[new PyTuple([1]), new PyDict()]]) }),
  ],
  [
    'a hundred state dicts',
    'a checkpoint has three',
    'checkpoint-layout',
    () => PyDict.of({ state_dicts: shared(100, new PyDict()) }),
  ],
  [
    'sixty state dicts that share a large one',
    'each is gone through',
    'checkpoint-layout',
    () => PyDict.of({ state_dicts: shared(60, shared(10_000, null)) }),
    /more than 50000 keys/,
  ],
  [
    'one tensor under two hundred thousand keys',
    'each is described on its own',
    'checkpoint-layout',
    () => sharedTensor(200_000),
    /more than 50000 keys/,
  ],
  ['one tensor under forty thousand keys', 'is bearable', 'opaque', () => sharedTensor(40_000)],
  [
    'an old OrderedDict of a hundred thousand pairs, in each state dict',
    'its pairs are copied each time',
    'checkpoint-layout',
    () => {
      const pairs = Array.from({ length: 60_000 }, (_, i) => new PyTuple([i, null]));
      const old = call('collections', 'OrderedDict', new PyList(pairs));
      return PyDict.of({ state_dicts: shared(60, old) });
    },
    /more than 50000 keys/,
  ],
  [
    'an optimizer whose parameters share a large dict',
    'is searched three times for each parameter',
    'checkpoint-layout',
    () => optimizer(shared(40_000, null), 2000),
    /40000 entries/,
  ],
  [
    'an optimizer of ten thousand parameters',
    'each step is a read',
    'checkpoint-layout',
    () => optimizer(new PyDict(), 10_000),
    /10000 parameters/,
  ],
  [
    'an optimizer of two thousand tensors as steps',
    'is bearable',
    'opaque',
    () =>
      optimizer(
        PyDict.of({ step: tensor([], []), exp_avg: tensor([1], [1]), exp_avg_sq: tensor([1], [1]) }),
        2000,
      ),
  ],
  [
    'an optimizer whose moments are changed after they were made',
    'BUILD would give them other numbers',
    'checkpoint-tensor',
    () => {
      const moment = tensor([1], [1]);
      moment.state = new PyTuple([1]);
      return optimizer(PyDict.of({ step: 1, exp_avg: moment, exp_avg_sq: moment }), 1);
    },
    /optimizer\.state\.0\.exp_avg is a tensor that the file changes/,
  ],
  [
    'an optimizer without moments',
    'is of another kind',
    'checkpoint-layout',
    () => optimizer(new PyDict(), 1),
    /is missing/,
  ],
  [
    'a thousand counters that share one pickle',
    'each would be read again',
    'checkpoint-layout',
    () => training({}, { pickles: shared(1000, new PyBytes(repeat(1000, 'NONE'))) }),
    /pickles has 1000 entries/,
  ],
  [
    'sixty counters that share a large pickle',
    'is read once',
    'opaque',
    () => training({}, { pickles: shared(60, new PyBytes(assemble(repeat(200_000, 'NONE'), 'STOP'))) }),
  ],
  [
    'a counter that doubles itself',
    'a bomb inside a bomb',
    'checkpoint-pickle',
    () => training({}, { pickles: counters({ epoch: doubling() }) }),
  ],
  [
    'a counter that is cut off',
    'is damaged',
    'checkpoint-pickle',
    () => training({}, { pickles: counters({ epoch: assemble(['PROTO', 4]) }) }),
  ],
  ['a config that doubles itself', 'a bomb', 'checkpoint-pickle', () => wrapped(doubling().subarray(2, -1))],
  [
    'a config that would call os.system',
    'has no plain form',
    'checkpoint-pickle',
    () => training({}, { cfg: PyDict.of({ task: PyDict.of({ name: system() }) }) }),
    /task\.name is an object of os\.system/,
  ],
  [
    'a config with terminal escapes in a name',
    'a message must not steer the terminal',
    'checkpoint-pickle',
    () => training({}, { cfg: PyDict.of({ a: call('os', '\u001b[2Kfine') }) }),
    /\\x1b\[2Kfine/,
  ],
  [
    'a data.pkl of half a million opcodes',
    'is bounded',
    'checkpoint-pickle',
    () => assemble(repeat(600_000, 'NONE'), 'STOP'),
    /opcodes/,
  ],
  [
    'a call among the tensors',
    'is not a tensor, but is named',
    'opaque',
    () => training({ weight: tensor([4], [1]), extra: system() }),
    undefined,
    ['os.system'],
  ],
  [
    'a call beside the state dicts',
    'Python runs it all the same',
    'opaque',
    () => training({}, { hook: system() }),
    undefined,
    ['os.system'],
  ],
  [
    'a call among the counters',
    'a pickle of its own',
    'opaque',
    () =>
      training(
        {},
        {
          pickles: counters({
            epoch: assemble(['GLOBAL', 'os', 'system'], ['UNICODE', 'true'], 'TUPLE1', 'REDUCE', 'STOP'),
          }),
        },
      ),
    undefined,
    ['os.system'],
  ],
  [
    'a parameter around a call',
    'torch wraps what the file says',
    'checkpoint-tensor',
    () => training({ weight: call('torch._utils', '_rebuild_parameter', system(), true, null) }),
    /state_dicts\.model\.weight is a parameter around an object of os\.system/,
  ],
  [
    'dill’s table of types asked for functions',
    'dill is expected, its constructors of code are not',
    'opaque',
    () => training({}, { a: call('dill._dill', '_load_type', 'FunctionType') }),
    undefined,
    ['dill._dill._load_type of FunctionType'],
  ],
  [
    'dill’s table of types asked for dict',
    'as OmegaConf’s nodes do',
    'opaque',
    () => training({}, { a: call('dill._dill', '_load_type', 'dict') }),
    undefined,
    [],
  ],
  [
    'keys called __proto__',
    'are keys',
    'opaque',
    () =>
      PyDict.of({
        state_dicts: new PyDict([['__proto__', new PyDict([['__proto__', tensor([1], [1])]])]]),
        cfg: new PyDict([['__proto__', PyDict.of({ polluted: true })]]),
      }),
  ],
];

/** One tensor of 64 dimensions under many keys, which the writer would spell out. */
function sharedTensor(count: number): Uint8Array {
  const ones: Line[] = Array.from({ length: 64 }, (): Line => ['BININT1', 1]);
  const keys = Buffer.concat(
    Array.from({ length: count }, (_, i) => assemble(['BINUNICODE', `k${i}`], ['BINGET', 0])),
  );
  return assemble(
    ['PROTO', 2],
    ['GLOBAL', 'torch._utils', '_rebuild_tensor_v2'],
    'MARK',
    'MARK',
    ['BINUNICODE', 'storage'],
    ['GLOBAL', 'torch', 'FloatStorage'],
    ['BINUNICODE', '0'],
    ['BINUNICODE', 'cpu'],
    ['BININT1', 4],
    'TUPLE',
    'BINPERSID',
    ['BININT1', 0],
    ...['MARK' as Line, ...ones, 'TUPLE' as Line],
    ...['MARK' as Line, ...ones, 'TUPLE' as Line],
    'NEWFALSE',
    'NONE',
    'TUPLE',
    'REDUCE',
    ['BINPUT', 0],
    'POP',
    ...(['EMPTY_DICT', ['BINUNICODE', 'state_dicts'], 'EMPTY_DICT', ['BINUNICODE', 'model']] as Line[]),
    'EMPTY_DICT',
    'MARK',
    keys,
    'SETITEMS',
    'SETITEM',
    'SETITEM',
    'STOP',
  );
}

function optimizer(moments: PickleValue, count: number): PyDict {
  const state = new PyDict(Array.from({ length: count }, (_, i) => [i, moments]));
  const value = PyDict.of({ state, param_groups: new PyList([]) });
  return PyDict.of({ state_dicts: PyDict.of({ optimizer: value }) });
}

function doubling(): Uint8Array {
  const levels = Array.from({ length: 40 }, (_, i): Line[] => [
    'MARK',
    ['BINGET', i],
    ['BINGET', i],
    'LIST',
    ['BINPUT', i + 1],
  ]);
  return assemble(['PROTO', 2], 'EMPTY_LIST', ['BINPUT', 0], ...levels.flat(), 'STOP');
}

/** A checkpoint whose config holds the value that `opcodes` leave. */
function wrapped(opcodes: Uint8Array): Uint8Array {
  return assemble(
    ['PROTO', 2],
    'EMPTY_DICT',
    'MARK',
    ['BINUNICODE', 'state_dicts'],
    'EMPTY_DICT',
    ['BINUNICODE', 'cfg'],
    'EMPTY_DICT',
    ['BINUNICODE', 'a'],
    opcodes,
    'SETITEM',
    'SETITEMS',
    'STOP',
  );
}

const rows = (prefix: string, table: readonly Row[]): Shape[] =>
  table.map(([name, why, expect, payload, says, names]) => ({
    name: `${prefix} ${name}`,
    why,
    reader: 'checkpoint',
    make: () => checkpoint(payload()),
    expect,
    ...(says && { says }),
    ...(names && { names }),
  }));

export const trainingShapes: readonly Shape[] = [
  ...rows('a tensor', TENSORS),
  ...rows('a checkpoint with', PAYLOADS),
  {
    name: 'one element repeated to a petabyte',
    why: 'lies within its storage, so it is listed; reading would fill the memory',
    reader: 'tensors',
    make: () => checkpoint(training({ weight: tensor([2 ** 25, 2 ** 23], [0, 0]) })),
    expect: 'checkpoint-tensor',
  },
  {
    name: 'a sound tensor',
    why: 'the table itself is sound',
    reader: 'tensors',
    make: () => checkpoint(SOUND, [storage(16)]),
    expect: 'opaque',
  },
];
