/** Calls that make Python's dicts, as the entries that they start with; the same entries set later would come on top. */

import type { CopyBudget } from './copyBudget.js';
import { MAPPINGS } from './keys.js';
import {
  type PickleValue,
  PyBytes,
  PyDict,
  type PyEntry,
  PyGlobal,
  PyList,
  PyObject,
  PySet,
  PyTuple,
} from './model.js';

/** An empty mapping of the call's kind, and what it is given at once; unknown where only running the file would tell. Undefined for other calls. */
export function mappingCall(
  callee: PickleValue,
  { items }: PyTuple,
  copies: CopyBudget,
): { readonly made: PyDict | PyObject; readonly pairs: readonly PyEntry[] } | 'unknown' | undefined {
  if (!(callee instanceof PyGlobal) || !MAPPINGS.has(callee.qualifiedName)) return undefined;
  const factories = callee.name === 'defaultdict' ? items.slice(0, 1) : [];
  if (
    !factories.every(
      (factory) => factory === null || factory instanceof PyGlobal || factory instanceof PyObject,
    )
  )
    return 'unknown';
  const given = items.slice(factories.length);
  const pairs = given.length === 0 ? [] : pairsOf(given[0]!, callee.name === 'Counter');
  if (given.length > 1 || pairs === undefined) return 'unknown';
  copies.take(pairs.length);
  const made = callee.is('builtins.dict')
    ? new PyDict()
    : new PyObject('call', callee, new PyTuple(factories));
  return { made, pairs };
}

/** What `cls.__new__(cls, …)` makes of the types that are data here: Python's take no notice of arguments. */
export function newlyMade(callee: PyGlobal): PyDict | PySet | PyBytes | undefined {
  if (callee.is('builtins.dict')) return new PyDict();
  if (callee.is('builtins.set')) return new PySet();
  return callee.is('builtins.bytearray') ? new PyBytes(new Uint8Array(), true) : undefined;
}

/** `OrderedDict([[key, value], …])` is how Python 2 wrote it; a Counter would count the pairs. */
function pairsOf(value: PickleValue, counts: boolean): readonly PyEntry[] | undefined {
  if (value instanceof PyDict) return value.entries;
  if (value instanceof PyObject) return knownEntries(value);
  if (counts || !(value instanceof PyList || value instanceof PyTuple)) return undefined;
  const pairs = value.items.map((pair) =>
    pair instanceof PyList || pair instanceof PyTuple ? pair.items : [],
  );
  return pairs.every(({ length }) => length === 2) ? pairs.map(([key, item]) => [key!, item!]) : undefined;
}

/**
 * The entries of an object that is a dict. Undefined for other objects, and where a call's arguments hold entries that are not known;
 * `__new__` ignores its arguments.
 */
export function knownEntries(value: PyObject): readonly PyEntry[] | undefined {
  const name = value.className ?? '';
  if (!MAPPINGS.has(name)) return undefined;
  const factories = name === 'collections.defaultdict' ? 1 : 0;
  return value.construction === 'call' && value.args.items.length > factories ? undefined : value.dictItems;
}

/** Attributes that Python would find before a dict's own methods. */
const METHODS =
  /^(keys|values|items|get|pop|popitem|copy|update|clear|setdefault|move_to_end|fromkeys|elements|most_common|__\w+__)$/;

/** What is wrong with attributes that BUILD sets on a mapping (a state dict has `_metadata`): its entries may not be what it shows. */
export function attributeProblem(target: PyObject): string | undefined {
  const { state } = target;
  if (state === undefined) return undefined;
  if (target.className !== 'collections.OrderedDict' && target.className !== 'collections.Counter')
    return 'attributes are set on a dict, which cannot have any';
  if (!(state instanceof PyDict)) return 'the attributes of a dict are not a dict';
  const [method] = state.entries.find(([key]) => typeof key !== 'string' || METHODS.test(key)) ?? [];
  return method === undefined ? undefined : 'attributes of a dict replace its methods';
}
