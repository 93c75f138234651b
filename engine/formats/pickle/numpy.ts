/** NumPy arrays and scalars in pickles, of NumPy 1 and 2: nodes ↔ contiguous little-endian bytes. */

import type { NdArray } from '../ndarray.js';
import { ITEM_BYTES } from '../ndarray.js';
import { describe, type PickleValue, PyBytes, PyDict, PyGlobal, PyObject, PyTuple } from './model.js';
import { PickleError } from './pickleError.js';
import { cOrder, littleEndian } from './strided.js';

/** NumPy's own limit is 32, in version 2 it is 64. */
const MAX_RANK = 64;
/** Of one element: the longest that occur are short texts; stops a crafted width. */
const MAX_ITEM_BYTES = 2 ** 16;

const CORES = ['numpy.core', 'numpy._core'] as const;
const named = (path: string) => CORES.map((core) => `${core}.${path}`);

const RECONSTRUCT = named('multiarray._reconstruct');
const SCALAR = named('multiarray.scalar');
const FROM_BUFFER = named('numeric._frombuffer');

/** Whether `toNdArray` would take it for an array or scalar. */
export function isNumpy(value: PickleValue): value is PyObject {
  return (
    value instanceof PyObject && [...RECONSTRUCT, ...SCALAR, ...FROM_BUFFER].includes(value.className ?? '')
  );
}

/**
 * A pickled `numpy.ndarray` (or scalar, of shape ()) in C order and little-endian; numbers, booleans and fixed-width texts.
 * The data is a view where no conversion was needed. Throws `PickleError` for other objects and other dtypes.
 */
export function toNdArray(value: PickleValue): NdArray {
  if (!isNumpy(value)) throw bad(`${describe(value)} is not a NumPy array`);
  const name = value.className!;
  if (RECONSTRUCT.includes(name)) return fromReconstruct(value);
  if (SCALAR.includes(name)) return fromScalar(value);
  return fromBuffer(value);
}

/** `_reconstruct(ndarray, (0,), b'b')` and the state (version, shape, dtype, Fortran order, bytes). */
function fromReconstruct(node: PyObject): NdArray {
  const state = node.state instanceof PyTuple ? node.state.items : [];
  const [, shape, dtype, fortran, bytes] = state.length === 5 ? state : [null, ...state];
  if (!(bytes instanceof PyBytes))
    throw bad(`the array’s data is ${describe(bytes ?? null)}, expected bytes`);
  return assemble(readDtype(dtype), readShape(shape), fortran === true, bytes.data);
}

/** `scalar(dtype, bytes)`. */
function fromScalar(node: PyObject): NdArray {
  const [dtype, bytes] = node.args.items;
  if (!(bytes instanceof PyBytes))
    throw bad(`the scalar’s data is ${describe(bytes ?? null)}, expected bytes`);
  return assemble(readDtype(dtype), [], false, bytes.data);
}

/** Protocol 5 with its buffers in band: `_frombuffer(bytes, dtype, shape, 'C' | 'F')`. */
function fromBuffer(node: PyObject): NdArray {
  const [bytes, dtype, shape, order] = node.args.items;
  if (!(bytes instanceof PyBytes))
    throw bad(`the array’s data is ${describe(bytes ?? null)}, expected bytes`);
  if (order !== 'C' && order !== 'F') throw bad('the array’s order is neither C nor F');
  return assemble(readDtype(dtype), readShape(shape), order === 'F', bytes.data);
}

interface Dtype {
  /** b, i, u, f, c, S or U. */
  readonly kind: string;
  readonly itemBytes: number;
  /** Bytes that are swapped together: a complex number has two parts, a text many characters. */
  readonly unit: number;
  readonly bigEndian: boolean;
}

function assemble(dtype: Dtype, shape: readonly number[], fortran: boolean, bytes: Uint8Array): NdArray {
  const expected = shape.reduce((product, length) => product * length, dtype.itemBytes);
  if (expected !== bytes.length) {
    throw bad(`an array of shape (${shape.join(', ')}) has ${bytes.length} bytes, expected ${expected}`);
  }
  const ordered = fortran ? cOrder(bytes, shape, dtype.itemBytes) : bytes;
  return {
    dtype: descriptor(dtype),
    shape,
    data: dtype.bigEndian ? littleEndian(ordered, dtype.unit) : ordered,
  };
}

function descriptor({ kind, itemBytes, unit }: Dtype): string {
  const order = unit === 1 ? '|' : '<';
  return `${order}${kind}${kind === 'U' ? itemBytes / 4 : itemBytes}`;
}

function readShape(value: PickleValue | undefined): number[] {
  if (!(value instanceof PyTuple))
    throw bad(`the array’s shape is ${describe(value ?? null)}, expected a tuple`);
  if (value.items.length > MAX_RANK)
    throw bad(`the array has ${value.items.length} dimensions, at most ${MAX_RANK}`);
  return value.items.map((length) => {
    if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return length;
    throw bad(`the array’s shape holds ${describe(length)}, expected lengths`);
  });
}

/** `numpy.dtype('f4', False, True)` and the state (version, byte order, …, width, …). */
function readDtype(value: PickleValue | undefined): Dtype {
  if (!(value instanceof PyObject) || value.className !== 'numpy.dtype') {
    throw bad(`the array’s dtype is ${describe(value ?? null)}, expected numpy.dtype`);
  }
  const [name] = value.args.items;
  const match = typeof name === 'string' ? /^([<>=|]?)([biufcSU])(\d{1,5})$/.exec(name) : null;
  if (match === null) {
    throw bad(`the array’s dtype is ${JSON.stringify(name)}, expected booleans, numbers or fixed-width text`);
  }
  const order = value.state instanceof PyTuple ? value.state.items[1] : match[1];
  return sized(match[2]!, Number(match[3]), order === '>');
}

function sized(kind: string, count: number, bigEndian: boolean): Dtype {
  const itemBytes = kind === 'U' ? count * 4 : count;
  const widths = ITEM_BYTES[kind];
  if (widths === undefined ? itemBytes > MAX_ITEM_BYTES : !widths.includes(itemBytes)) {
    throw bad(`the array’s dtype ${kind}${count} has a width that is not supported`);
  }
  const unit = kind === 'U' ? 4 : kind === 'S' ? 1 : kind === 'c' ? itemBytes / 2 : itemBytes;
  return { kind, itemBytes, unit, bigEndian };
}

function bad(found: string): PickleError {
  return new PickleError('pickle-value', found, undefined, 'Save plain NumPy arrays of numbers.');
}

/** The node that NumPy 1 and 2 load as an array equal to `array`, for `writePickle`. */
export function fromNdArray(array: NdArray): PyObject {
  const node = new PyObject(
    'call',
    new PyGlobal('numpy.core.multiarray', '_reconstruct'),
    new PyTuple([new PyGlobal('numpy', 'ndarray'), new PyTuple([0]), new PyBytes(Buffer.from('b'))]),
  );
  const shape = new PyTuple(array.shape);
  node.state = new PyTuple([1, shape, dtypeNode(array.dtype), false, new PyBytes(array.data)]);
  return node;
}

function dtypeNode(dtype: string): PyObject {
  const match = /^([<|])([biufcSU])(\d+)$/.exec(dtype);
  if (match === null) throw bad(`${JSON.stringify(dtype)} is not a little-endian dtype that can be written`);
  const { kind, itemBytes } = sized(match[2]!, Number(match[3]), false);
  const text = kind === 'S' || kind === 'U';
  const node = new PyObject(
    'call',
    new PyGlobal('numpy', 'dtype'),
    new PyTuple([dtype.slice(1), false, true]),
  );
  node.state = new PyTuple([
    3,
    match[1]!,
    null,
    null,
    null,
    text ? itemBytes : -1,
    text ? itemBytes / (kind === 'U' ? 4 : 1) : -1,
    0,
  ]);
  return node;
}

/**
 * The arrays of a pickled dict with text keys: a CogAct recording. Throws `PickleError` for other keys, and when the arrays
 * have more bytes than the pickle itself (`pickleBytes`): then crafted ones share them, and each would be converted on its own.
 */
export function toNdArrays(value: PickleValue, pickleBytes: number): Map<string, NdArray> {
  if (!(value instanceof PyDict)) throw bad(`${describe(value)}, expected a dict of arrays`);
  const arrays = new Map<string, NdArray>();
  const known = new Map<PyObject, NdArray>();
  let total = 0;
  for (const [key, entry] of value.entries) {
    if (typeof key !== 'string') throw bad(`a key of the dict is ${describe(key)}, expected text`);
    if (!isNumpy(entry)) continue;
    const array = known.get(entry) ?? toNdArray(entry);
    if (!known.has(entry)) total += array.data.length;
    if (total > pickleBytes)
      throw new PickleError('pickle-limit', `the arrays up to ${key} have more bytes than the pickle`);
    known.set(entry, array);
    arrays.set(key, array);
  }
  return arrays;
}
