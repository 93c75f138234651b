/** The allow-list of calls that plain containers need in old protocols; each is rebuilt as the data that it stands for. */

import type { CopyBudget } from './copyBudget.js';
import { knownEntries } from './mappings.js';
import type { PickleNode, PickleValue } from './model.js';
import { PyBytes, PyDict, PyGlobal, PyList, PyObject, PySet, PyTuple } from './model.js';

/** Characters or bytes that a set is made of; no checkpoint has such sets at all. */
const MAX_TAKEN_APART = 1000;

/** The data that a call in the pickle makes, or undefined: then the call stays a node, as it does once `copies` is spent. */
export function rebuildCall(
  callee: PickleValue,
  args: PyTuple,
  copies: CopyBudget,
  makeSet: (items: readonly PickleValue[], frozen: boolean) => PySet,
): PickleNode | undefined {
  if (!(callee instanceof PyGlobal)) return undefined;
  const { items } = args;
  const made = (members: readonly PickleValue[] | undefined, frozen: boolean) =>
    members && makeSet(members, frozen);
  switch (callee.qualifiedName) {
    case '_codecs.encode':
      return latin1(items, copies);
    case 'builtins.bytes':
      return items.length === 0 ? new PyBytes(new Uint8Array()) : undefined;
    case 'builtins.bytearray':
      return byteArray(items, copies);
    case 'builtins.set':
      return made(membersOf(items, copies), false);
    case 'builtins.frozenset':
      return made(membersOf(items, copies), true);
    default:
      return undefined;
  }
}

/** How protocols 0 to 2 write `bytes`: a text of the same code points, encoded. */
function latin1(items: readonly PickleValue[], copies: CopyBudget): PyBytes | undefined {
  const [text, encoding] = items;
  if (items.length !== 2 || typeof text !== 'string') return undefined;
  if (encoding !== 'latin1' && encoding !== 'latin-1') return undefined;
  return copies.take(text.length) && /^[\0-\xff]*$/.test(text)
    ? new PyBytes(Uint8Array.from(Buffer.from(text, 'latin1')))
    : undefined;
}

function byteArray(items: readonly PickleValue[], copies: CopyBudget): PyBytes | undefined {
  if (items.length === 0) return new PyBytes(new Uint8Array(), true);
  if (items.length === 1 && items[0] instanceof PyBytes) return new PyBytes(items[0].data, true);
  const encoded = latin1(items, copies);
  return encoded && new PyBytes(encoded.data, true);
}

/** A text falls into its characters, a dict into its keys. */
function membersOf(items: readonly PickleValue[], copies: CopyBudget): readonly PickleValue[] | undefined {
  if (items.length === 0) return [];
  const [members] = items;
  const listed = items.length === 1 ? itemsOf(members!) : undefined;
  return listed !== undefined && copies.take(listed.length) ? listed : undefined;
}

function itemsOf(value: PickleValue): readonly PickleValue[] | undefined {
  if (value instanceof PyList || value instanceof PyTuple || value instanceof PySet) return value.items;
  if (value instanceof PyDict) return value.entries.map(([key]) => key);
  if (value instanceof PyObject) return knownEntries(value)?.map(([key]) => key);
  if (value instanceof PyBytes) return value.data.length <= MAX_TAKEN_APART ? [...value.data] : undefined;
  return typeof value === 'string' && value.length <= MAX_TAKEN_APART ? [...value] : undefined;
}
