/** Nodes as plain values: containers, paths, NumPy scalars and what dill keeps in a checkpoint's counters. */
import { type Plain, PyFloat } from '../../base/plain.js';
import { shownLine, shownName } from '../../base/shown.js';
import { isOpaque } from './keys.js';
import { attributeProblem, knownEntries } from './mappings.js';
import {
  describe,
  type PickleValue,
  PyBytes,
  PyDict,
  type PyEntry,
  PyList,
  PyObject,
  PySet,
  PyTuple,
} from './model.js';
import { isNumpy, toNdArray } from './numpy.js';
import { PickleError } from './pickleError.js';

/** Values that are produced in all: shared parts are copied, so a small file could grow without end. */
const MAX_VALUES = 250_000;
/** Characters of all texts in it: the config and counters of a training have some thousands, and the same text may be in it often. */
const MAX_CHARACTERS = 2 ** 23;
/** Far above real configs; a value that contains itself ends here. */
const MAX_DEPTH = 200;

const PATHS = /^pathlib(\._local)?\.(Pure)?(Posix|Windows)?Path$/;

/**
 * The entries of a dict, an OrderedDict, a defaultdict or a Counter, each key once; undefined for anything else. Throws `PickleError` when
 * only running the file would tell what a key is: it may equal any other.
 */
export function entriesOf(value: PickleValue | undefined): readonly PyEntry[] | undefined {
  const entries =
    value instanceof PyDict ? value.entries : value instanceof PyObject ? knownEntries(value) : undefined;
  const problem = value instanceof PyObject && entries !== undefined ? attributeProblem(value) : undefined;
  if (problem !== undefined) throw new PickleError('pickle-value', problem);
  const [computed] = entries?.find(([key]) => isOpaque(key)) ?? [];
  if (computed !== undefined)
    throw new PickleError('pickle-value', `a key of a dict is ${describe(computed)}`);
  return entries;
}

/** The entry of `key`, in whichever mapping. */
export function entry(value: PickleValue | undefined, key: string): PickleValue | undefined {
  return entriesOf(value)?.find(([name]) => name === key)?.[1];
}

/** Translates a node that is special to one format; undefined leaves it to `plainOf`. */
type Special = (node: PyObject) => PickleValue | undefined;

/**
 * `value` with nothing but values left: tuples and sets become lists, paths text. Throws `PickleError` with the dotted
 * path of an object that has no such form.
 */
export function plainOf(value: PickleValue, special: Special = () => undefined): Plain {
  let values = 0;
  let characters = 0;
  const visit = (node: PickleValue, path: Path | undefined): Plain => {
    values += 1;
    if (values > MAX_VALUES)
      throw new PickleError('pickle-limit', `more than ${MAX_VALUES} values once unfolded`);
    if ((path?.depth ?? 0) > MAX_DEPTH)
      throw new PickleError('pickle-limit', `values nest deeper than ${MAX_DEPTH}`);
    if (typeof node === 'string') characters += node.length;
    if (characters > MAX_CHARACTERS)
      throw new PickleError('pickle-limit', `texts of more than ${MAX_CHARACTERS} characters once unfolded`);
    if (typeof node !== 'object' || node === null || node instanceof PyFloat) return node;
    if (node instanceof PyList || node instanceof PyTuple || node instanceof PySet) {
      return node.items.map((item, index) => visit(item, step(path, String(index))));
    }
    const entries = entriesOf(node);
    if (entries !== undefined) {
      for (const [key] of entries) characters += typeof key === 'string' ? key.length : 0;
      const pairs = entries.map(([key, item]) => named(key, path, (name) => visit(item, name)));
      return Object.fromEntries(requireApart(pairs, path));
    }
    if (node instanceof PyObject) {
      const translated = firstDefined(special(node), pathText(node), numpyScalar(node));
      if (translated !== undefined) return visit(translated, step(path, ''));
    }
    throw new PickleError('pickle-value', `${pathName(path)} is ${describe(node)}`);
  };
  return visit(value, undefined);
}

/** Where a value is, from the inside out: an array for each value would be copied at each level. */
interface Path {
  readonly outer: Path | undefined;
  readonly name: string;
  readonly depth: number;
}

function step(outer: Path | undefined, name: string): Path {
  return { outer, name, depth: (outer?.depth ?? 0) + 1 };
}

function pathName(path: Path | undefined): string {
  const names: string[] = [];
  for (let here = path; here !== undefined; here = here.outer) if (here.name !== '') names.unshift(here.name);
  return names.length === 0 ? 'the value' : shownLine(names.join('.'));
}

/** None is a value here, so `??` will not do. */
function firstDefined(...values: readonly (PickleValue | undefined)[]): PickleValue | undefined {
  return values.find((value) => value !== undefined);
}

function named(key: PickleValue, path: Path | undefined, item: (path: Path) => Plain): [string, Plain] {
  const name = key instanceof PyFloat ? String(key.value) : key;
  if (typeof name === 'object' && name !== null) {
    throw new PickleError('pickle-value', `a key in ${pathName(path)} is ${describe(name)}`);
  }
  return [String(name), item(step(path, String(name)))];
}

/** 1 and '1' are two keys in Python and one here. */
function requireApart(pairs: readonly [string, Plain][], path: Path | undefined): readonly [string, Plain][] {
  const names = new Set<string>();
  for (const [name] of pairs) {
    if (names.has(name))
      throw new PickleError(
        'pickle-value',
        `${pathName(path)} has two keys that both read ${shownName(name)}`,
      );
    names.add(name);
  }
  return pairs;
}

/** `PosixPath('/', 'a', 'b')`. */
function pathText(node: PyObject): string | undefined {
  const parts = node.args.items;
  if (!PATHS.test(node.className ?? '') || !parts.every((part) => typeof part === 'string')) return undefined;
  const separator = node.className!.includes('Windows') ? '\\' : '/';
  return (
    parts
      .map((part, i) => (i < parts.length - 1 && !part.endsWith(separator) ? part + separator : part))
      .join('') || '.'
  );
}

/** Real numbers and booleans; a complex one has no plain form. */
function numpyScalar(node: PyObject): PickleValue | undefined {
  if (!isNumpy(node)) return undefined;
  const { dtype, shape, data } = toNdArray(node);
  if (shape.length > 0) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const float = (value: number) => (Number.isInteger(value) ? new PyFloat(value) : value);
  const whole = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  switch (dtype) {
    case '|b1':
      return view.getUint8(0) !== 0;
    case '|u1':
      return view.getUint8(0);
    case '|i1':
      return view.getInt8(0);
    case '<u2':
      return view.getUint16(0, true);
    case '<i2':
      return view.getInt16(0, true);
    case '<u4':
      return view.getUint32(0, true);
    case '<i4':
      return view.getInt32(0, true);
    case '<u8':
      return whole(view.getBigUint64(0, true));
    case '<i8':
      return whole(view.getBigInt64(0, true));
    case '<f4':
      return float(view.getFloat32(0, true));
    case '<f8':
      return float(view.getFloat64(0, true));
    default:
      return undefined;
  }
}

/** Plain values as nodes, for writing. */
export function nodeOf(value: Plain): PickleValue {
  if (typeof value !== 'object' || value === null || value instanceof PyFloat) return value;
  if (Array.isArray(value)) return new PyList(value.map(nodeOf));
  return new PyDict(Object.entries(value).map(([key, item]) => [key, nodeOf(item)]));
}

/** The bytes of a `bytes` node. */
export function bytesOf(value: PickleValue | undefined): Uint8Array | undefined {
  return value instanceof PyBytes ? value.data : undefined;
}
