/** Tensors whose declared storage, arguments or state say something else than their record: torch refuses them, or reads other numbers. */
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyList,
  type PyObject,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import type { Shape } from '../shape.js';
import { call, checkpoint, FLOATS, storage, stored, tensor, training } from './payloads.js';
import type { Entry } from './zip.js';

type Row = readonly [name: string, weight: () => PickleValue, says: RegExp, more?: readonly Entry[]];

const torch = (name: string) => new PyGlobal('torch', name);
const UNTYPED = new PyGlobal('torch.storage', 'UntypedStorage');
const one = new PyTuple([1]);
const v2 = (from: PickleValue, ...rest: PickleValue[]) =>
  rebuild('_rebuild_tensor_v2', from, 0, one, one, false, null, ...rest);
const rebuild = (name: string, ...args: PickleValue[]) => call('torch._utils', name, ...args);
const floats = (elements: PickleValue, key: PickleValue = '0') => stored(FLOATS, key, 'cpu', elements);

function built(object: PyObject, state: PickleValue): PyObject {
  object.state = state;
  return object;
}

const REFUSED: readonly Row[] = [
  [
    'a byte more than its elements',
    () => v2(stored(torch('ShortStorage'), '0', 'cpu', 8)),
    /its record has 17 bytes/,
    [storage(17)],
  ],

  [
    'more elements than its record',
    () => v2(floats(1000)),
    /declared as 1000 of float32 \(4000 bytes\), but its record has 16/,
  ],
  ['fewer elements than its record', () => v2(floats(3)), /3 of float32/],
  ['a negative number of elements', () => v2(floats(-4)), /a storage of -4 elements/],
  ['2^62 elements', () => v2(floats(2n ** 62n)), /a storage of a bigint elements/],
  ['a text of elements', () => v2(floats('4')), /a storage of a string elements/],
  ['2^53 elements whose bytes overflow', () => v2(floats(2 ** 53 - 1)), /declared as/],
  ['a key that is a number', () => v2(floats(4, 0)), /a tuple of other things/],
  ['a device that is a number', () => v2(stored(FLOATS, '0', 0, 4)), /a tuple of other things/],
  [
    'another dtype of the same size',
    () => new PyList([v2(floats(4)), v2(stored(torch('IntStorage'), '0', 'cpu', 4))]),
    /declared twice: as 4 of float32 and as 4 of int32/,
  ],
  ['another length the second time', () => new PyList([v2(floats(4)), v2(floats(5))]), /declared twice/],
  [
    'a type of another module',
    () => v2(stored(new PyGlobal('lab', 'FloatStorage'), '0', 'cpu', 4)),
    /unknown dtype: its type is the global lab\.FloatStorage/,
  ],
  ['a type that torch lacks', () => v2(stored(torch('Float3Storage'), '0', 'cpu', 4)), /unknown dtype/],
  [
    'too few arguments',
    () => rebuild('_rebuild_tensor_v2', floats(4), 0, one, one),
    /from 6 to 7 arguments, but the file gives 4/,
  ],
  ['too many arguments', () => v2(floats(4), null, null), /from 6 to 7 arguments, but the file gives 8/],
  ['numbers that are negated', () => v2(floats(4), PyDict.of({ neg: true })), /conjugated or negated/],
  [
    'a dtype that torch lacks',
    () =>
      rebuild(
        '_rebuild_tensor_v3',
        stored(UNTYPED, '0', 'cpu', 16),
        0,
        one,
        one,
        false,
        null,
        torch('float3'),
      ),
    /its dtype float3 is unknown/,
  ],
  [
    'a scale for floats',
    () =>
      rebuild(
        '_rebuild_qtensor',
        floats(4),
        0,
        one,
        one,
        new PyTuple([torch('per_tensor_affine'), 0.5, 0]),
        false,
        null,
      ),
    /with a scale/,
  ],
  [
    'a sparse layout',
    () =>
      rebuild(
        '_rebuild_sparse_tensor',
        torch('sparse_coo'),
        new PyTuple([v2(floats(4)), v2(floats(4)), one]),
      ),
    /state_dicts\.model\.weight is an unsupported kind of tensor \(torch\._utils\._rebuild_sparse_tensor\)/,
  ],
  [
    'no data',
    () => rebuild('_rebuild_meta_tensor_no_storage', torch('float32'), one, one, false),
    /is an unsupported kind of tensor/,
  ],
  [
    'a nested layout',
    () => rebuild('_rebuild_nested_tensor', v2(floats(4)), v2(floats(4))),
    /is an unsupported kind of tensor/,
  ],
  [
    'a state that is another tensor',
    () => built(v2(floats(4)), new PyTuple([floats(4), 2, one, one])),
    /changes after creating it/,
  ],
  [
    'other data as an attribute',
    () =>
      rebuild('_rebuild_parameter_with_state', v2(floats(4)), true, null, PyDict.of({ data: v2(floats(4)) })),
    /attributes that replace/,
  ],
  [
    'another class as a slot',
    () =>
      rebuild(
        '_rebuild_parameter_with_state',
        v2(floats(4)),
        true,
        null,
        new PyTuple([null, PyDict.of({ __class__: torch('Size') })]),
      ),
    /attributes that replace/,
  ],
  [
    'a parameter of nothing',
    () => rebuild('_rebuild_parameter', null, true, null),
    /a parameter around None/,
  ],
];

const READ: readonly Row[] = [
  [
    'no elements',
    () => rebuild('_rebuild_tensor_v2', floats(0), 0, new PyTuple([0]), one, false, null),
    /^$/,
    [storage(0)],
  ],
  [
    'a parameter with a tag',
    () => rebuild('_rebuild_parameter_with_state', v2(floats(4)), true, null, PyDict.of({ tag: 'head' })),
    /^$/,
  ],
  ['a parameter', () => rebuild('_rebuild_parameter', v2(floats(4)), true, null), /^$/],
  ['the oldest call', () => rebuild('_rebuild_tensor', floats(4), 0, one, one), /^$/],
  ['flags that are not set', () => v2(floats(4), PyDict.of({ neg: false })), /^$/],
  [
    'an offset at the end, for nothing',
    () => rebuild('_rebuild_tensor_v2', floats(4), 4, new PyTuple([0]), one, false, null),
    /^$/,
  ],
];

const shape = ([name, weight, says, more]: Row, expect: string): Shape => ({
  name: `a tensor with ${name}`,
  why: 'torch refuses it, or reads other numbers than its record holds',
  reader: 'checkpoint',
  make: () => checkpoint(training({ weight: weight() }), more ?? [storage(16)]),
  expect,
  ...(expect === 'opaque' ? {} : { says }),
});

export const tensorShapes: readonly Shape[] = [
  ...REFUSED.map((row) => shape(row, 'checkpoint-tensor')),
  ...READ.map((row) => shape(row, 'opaque')),
  {
    name: 'a tensor beside a persistent id of another kind',
    why: 'PyTorch knows storages only',
    reader: 'checkpoint',
    make: () => checkpoint(training({ weight: tensor([4], [1]) }, { module: new PyPersistent('module') })),
    expect: 'checkpoint-tensor',
    says: /data\.pkl refers to a string where PyTorch expects a storage/,
  },
];
