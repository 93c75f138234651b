/** Which keys Python treats as equal: 1, 1.0 and True are, text and bytes never are, and tuples compare by their items. */
import { PyFloat } from '../../base/plain.js';
import {
  describe,
  type PickleNode,
  type PickleValue,
  PyBytes,
  type PyEntry,
  PyExtension,
  PyGlobal,
  PyObject,
  PySet,
  PyTuple,
} from './model.js';

/** Equal for equal keys, as a JavaScript `Map` compares: a text is itself, a number itself, anything else a token of its spelling. */
type KeyIdentity = string | number | bigint | null | object;

/** Of one key, in characters or bytes: names in checkpoints have about fifty. Bounds what each comparison and line of output costs. */
const MAX_KEY = 2 ** 12;
/** Tuples in tuples; real keys have one level. */
const MAX_DEPTH = 20;

/** Why a value cannot be a key: it has no hash in Python, or what it equals cannot be told here. */
export class KeyProblem {
  constructor(
    readonly limit: boolean,
    readonly found: string,
  ) {}
}

/** Objects that only running the file would tell apart are equal to themselves alone. */
export class KeyIdentities {
  private readonly opaque = new Map<PickleNode, number>();
  private readonly tokens = new Map<string, object>();
  private readonly known = new Map<PickleNode, KeyIdentity | KeyProblem>();

  of(key: PickleValue): KeyIdentity | KeyProblem {
    if (key === null) return null;
    if (typeof key === 'string')
      return key.length > MAX_KEY ? tooLong(`a key of ${key.length} characters`) : key;
    if (typeof key === 'boolean') return key ? 1 : 0;
    if (typeof key === 'bigint') return key;
    if (typeof key === 'number' || key instanceof PyFloat) return numberIdentity(key);
    const identity = this.known.get(key) ?? this.token(key);
    this.known.set(key, identity);
    return identity;
  }

  private token(key: PickleNode): KeyIdentity | KeyProblem {
    const spelling = this.spelling(key, 0);
    if (spelling instanceof KeyProblem) return spelling;
    const token = this.tokens.get(spelling) ?? {};
    this.tokens.set(spelling, token);
    return token;
  }

  /** Different for different keys. */
  private spelling(key: PickleValue, depth: number): string | KeyProblem {
    if (key instanceof PyBytes) return key.mutable ? unhashable(key) : bytesSpelling(key);
    if (key instanceof PyTuple || (key instanceof PySet && key.frozen)) return this.several(key, depth);
    if (key instanceof PyGlobal) return `g${JSON.stringify([key.module, key.name])}`;
    if (key instanceof PyExtension) return `x${key.code}`;
    if (typeof key === 'object' && key !== null && !(key instanceof PyFloat))
      return isOpaque(key) ? `o${this.numberOf(key)}` : unhashable(key);
    const identity = this.of(key);
    if (identity instanceof KeyProblem) return identity;
    return typeof identity === 'string' ? JSON.stringify(identity) : String(identity);
  }

  private several(key: PyTuple | PySet, depth: number): string | KeyProblem {
    if (key.items.length > MAX_KEY || depth > MAX_DEPTH) return tooLong('a key of many values');
    const parts: string[] = [];
    let length = 0;
    for (const item of key.items) {
      const part = this.spelling(item, depth + 1);
      if (part instanceof KeyProblem) return part;
      parts.push(part);
      length += part.length;
      if (length > MAX_KEY) return tooLong('a key of many values');
    }
    return key instanceof PyTuple ? `(${parts.join()})` : `{${parts.sort().join()}}`;
  }

  private numberOf(key: PickleNode): number {
    const number = this.opaque.get(key) ?? this.opaque.size;
    this.opaque.set(key, number);
    return number;
  }
}

/** Whether only running the file would tell what the key equals. */
export function isOpaque(key: PickleValue): boolean {
  return key instanceof PyObject ? !MAPPINGS.has(key.className ?? '') : isPersistent(key);
}

function isPersistent(key: PickleValue): boolean {
  return typeof key === 'object' && key !== null && 'id' in key;
}

/** Python's dicts by name: their entries are known without running anything. */
export const MAPPINGS: ReadonlySet<string> = new Set([
  'builtins.dict',
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
]);

function numberIdentity(key: number | PyFloat): KeyIdentity | KeyProblem {
  const value = key instanceof PyFloat ? key.value : key;
  if (Number.isNaN(value))
    return new KeyProblem(false, 'NaN is a key, which equals nothing, not even itself');
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
}

function bytesSpelling({ data }: PyBytes): string | KeyProblem {
  if (data.length > MAX_KEY) return tooLong(`a key of ${data.length} bytes`);
  return `b${Buffer.from(data.buffer, data.byteOffset, data.length).toString('hex')}`;
}

function tooLong(found: string): KeyProblem {
  return new KeyProblem(true, `${found}; the limit is ${MAX_KEY}`);
}

function unhashable(key: PickleValue): KeyProblem {
  return new KeyProblem(false, `${describe(key)} is a key, which Python cannot look up`);
}

/** Entries that are set one after another: the last value wins, at the place and under the key of the first. */
export class Entries {
  private readonly places = new Map<KeyIdentity, number>();

  constructor(
    private readonly entries: PyEntry[],
    private readonly identities: KeyIdentities,
  ) {
    for (const [place, [key]] of entries.entries()) {
      const identity = identities.of(key);
      if (!(identity instanceof KeyProblem)) this.places.set(identity, place);
    }
  }

  set(key: PickleValue, value: PickleValue): KeyProblem | undefined {
    const identity = this.identities.of(key);
    if (identity instanceof KeyProblem) return identity;
    const place = this.places.get(identity);
    if (place === undefined) this.places.set(identity, this.entries.push([key, value]) - 1);
    else this.entries[place] = [this.entries[place]![0], value];
    return undefined;
  }
}
