/** What a pickle holds, as data: nothing is executed, and a global is only its two names. */
import { PyFloat } from '../../base/plain.js';
import { shownName } from '../../base/shown.js';

/**
 * A Python int is a `number`, beyond 2^53 a `bigint`; a float with a fraction (or infinite, or NaN) is a `number`, an
 * integral one a `PyFloat`. Objects may be shared and may contain themselves, as in Python.
 */
export type PickleValue = null | boolean | number | bigint | string | PyFloat | PickleNode;

export type PickleNode =
  | PyBytes
  | PyTuple
  | PyList
  | PyDict
  | PySet
  | PyGlobal
  | PyObject
  | PyPersistent
  | PyExtension;

/** `bytes`, or `bytearray` when `mutable`. */
export class PyBytes {
  constructor(
    readonly data: Uint8Array,
    readonly mutable: boolean = false,
  ) {}
}

export class PyTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

export class PyList {
  constructor(readonly items: PickleValue[] = []) {}
}

/** `set`, or `frozenset` when `frozen`. */
export class PySet {
  constructor(
    readonly items: PickleValue[] = [],
    readonly frozen: boolean = false,
  ) {}
}

export type PyEntry = readonly [key: PickleValue, value: PickleValue];

/** A dict in insertion order. Later entries of the same key win, as they do when Python loads them. */
export class PyDict {
  constructor(readonly entries: PyEntry[] = []) {}

  get(key: string): PickleValue | undefined {
    return this.entries.findLast(([name]) => name === key)?.[1];
  }

  static of(map: Readonly<Record<string, PickleValue>>): PyDict {
    return new PyDict(Object.entries(map));
  }
}

/** A class or function by name; names are Python 3's. It is never looked up. */
export class PyGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  is(...qualified: readonly string[]): boolean {
    return qualified.includes(this.qualifiedName);
  }

  get qualifiedName(): string {
    return `${this.module}.${this.name}`;
  }
}

/** How the pickle makes the object: a call, `cls.__new__(cls, *args)`, or the latter with keyword arguments. */
export type Construction = 'call' | 'new' | 'new-keywords';

/** An object as the recipe that the pickle gives, not carried out. */
export class PyObject {
  readonly listItems: PickleValue[] = [];
  readonly dictItems: PyEntry[] = [];
  /** What `__setstate__` or `__dict__.update` would get; undefined when the pickle has none. */
  state: PickleValue | undefined = undefined;

  constructor(
    readonly construction: Construction,
    readonly callable: PickleValue,
    readonly args: PyTuple,
    readonly keywords: PickleValue = null,
  ) {}

  /** `module.name` of what is called, or undefined when that is not a plain global. */
  get className(): string | undefined {
    return this.callable instanceof PyGlobal ? this.callable.qualifiedName : undefined;
  }
}

/** An object outside the pickle, named by its id (torch's storages). */
export class PyPersistent {
  constructor(readonly id: PickleValue) {}
}

/** An entry of `copyreg`'s extension registry, which only the writing program knows. */
export class PyExtension {
  constructor(readonly code: number) {}
}

/** What a value is, for messages: a type, and the name of a global. */
export function describe(value: PickleValue): string {
  if (value instanceof PyGlobal) return `the global ${shownName(value.qualifiedName)}`;
  if (value instanceof PyObject)
    return `an object of ${value.className === undefined ? 'a computed class' : shownName(value.className)}`;
  if (value === null) return 'None';
  if (value instanceof PyFloat) return 'a float';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return value.constructor.name;
}
