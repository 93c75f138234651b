/** The allow-list of calls that plain containers need in old protocols; each is rebuilt as the data that it stands for. */

import type { PickleNode, PickleValue } from './model.js';
import { PyBytes, PyGlobal, PyList, PySet, type PyTuple } from './model.js';

/** The data that a call in the pickle makes, or undefined: then the call stays a node. */
export function rebuildCall(callee: PickleValue, args: PyTuple): PickleNode | undefined {
  if (!(callee instanceof PyGlobal)) return undefined;
  const { items } = args;
  switch (callee.qualifiedName) {
    case '_codecs.encode':
      return latin1(items);
    case 'builtins.bytes':
      return items.length === 0 ? new PyBytes(new Uint8Array()) : undefined;
    case 'builtins.bytearray':
      return byteArray(items);
    case 'builtins.set':
      return setOf(items, false);
    case 'builtins.frozenset':
      return setOf(items, true);
    default:
      return undefined;
  }
}

/** How protocols 0 to 2 write `bytes`: a text of the same code points, encoded. */
function latin1(items: readonly PickleValue[]): PyBytes | undefined {
  const [text, encoding] = items;
  if (items.length !== 2 || typeof text !== 'string') return undefined;
  if (encoding !== 'latin1' && encoding !== 'latin-1') return undefined;
  return /^[\0-\xff]*$/.test(text) ? new PyBytes(Uint8Array.from(Buffer.from(text, 'latin1'))) : undefined;
}

function byteArray(items: readonly PickleValue[]): PyBytes | undefined {
  if (items.length === 0) return new PyBytes(new Uint8Array(), true);
  if (items.length === 1 && items[0] instanceof PyBytes) return new PyBytes(items[0].data, true);
  const encoded = latin1(items);
  return encoded && new PyBytes(encoded.data, true);
}

function setOf(items: readonly PickleValue[], frozen: boolean): PySet | undefined {
  if (items.length === 0) return new PySet([], frozen);
  const [members] = items;
  return items.length === 1 && members instanceof PyList ? new PySet([...members.items], frozen) : undefined;
}
