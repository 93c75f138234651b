/** A value as text, as `evaluate.py` says it: what may be shared has a number, and stands as that the next time. */
import { PyFloat } from '../../../engine/base/plain.js';
import { knownEntries } from '../../../engine/formats/pickle/mappings.js';
import {
  type PickleNode,
  type PickleValue,
  PyBytes,
  PyDict,
  type PyEntry,
  PyExtension,
  PyGlobal,
  PyList,
  type PyObject,
  PyPersistent,
  PySet,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';

export class TooDeep extends Error {}

export class Words {
  private readonly numbers = new Map<PickleNode, number>();

  constructor(private depth = 0) {}

  of(value: PickleValue): string {
    this.depth += 1;
    if (this.depth > 150) throw new TooDeep();
    const text =
      typeof value === 'object' && value !== null && !(value instanceof PyFloat)
        ? this.node(value)
        : scalar(value);
    this.depth -= 1;
    return text;
  }

  private node(node: PickleNode): string {
    if (node instanceof PyBytes) return (node.mutable ? 'a' : 'b') + Buffer.from(node.data).toString('hex');
    if (node instanceof PyGlobal) return `g${node.qualifiedName}`;
    if (node instanceof PyExtension) return `gextension.${node.code}`;
    if (node instanceof PyTuple) return `(${this.several(node.items)})`;
    if (node instanceof PySet) {
      const items = node.items.map((item) => new Words(this.depth).of(item)).sort();
      return `${node.frozen ? 'F' : ''}{${items.join()}}`;
    }
    if (node instanceof PyPersistent) return `p${this.of(node.id)}`;
    const before = this.numbers.get(node);
    if (before !== undefined) return `@${before}`;
    const number = this.numbers.size;
    this.numbers.set(node, number);
    if (node instanceof PyList) return `L${number}[${this.several(node.items)}]`;
    if (node instanceof PyDict) return `D${number}dict[${this.pairs(node.entries)}]`;
    return this.object(node, number);
  }

  private object(node: PyObject, number: number): string {
    const { construction, callable, args, keywords, listItems, dictItems, state } = node;
    const entries = knownEntries(node);
    if (entries !== undefined) {
      const { name } = callable as PyGlobal;
      return `D${number}${name}[${this.pairs(entries)}]`;
    }
    const shown = [
      this.of(callable),
      `(${this.several(args.items)})`,
      this.several(listItems),
      this.pairs(dictItems),
      state === undefined ? '-' : this.of(state),
    ];
    const named = keywords instanceof PyDict ? keywords.entries : [];
    const made =
      args.items.length === 0 && named.length === 0
        ? 'new'
        : construction === 'new-keywords' && named.length === 0
          ? 'new'
          : construction;
    return `O${number}${args.items.length === 0 ? 'new' : made}:${shown.join(';')};${this.pairs(named)}`;
  }

  private several(values: readonly PickleValue[]): string {
    return values.map((value) => this.of(value)).join();
  }

  private pairs(pairs: readonly PyEntry[]): string {
    return pairs.map(([key, value]) => `${this.of(key)}:${this.of(value)}`).join();
  }
}

function scalar(value: Exclude<PickleValue, PickleNode>): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return `i${value}`;
  if (typeof value === 'string') return `s${Buffer.from(value, 'utf16le').swap16().toString('hex')}`;
  const number = value instanceof PyFloat ? value.value : value;
  if (!(value instanceof PyFloat) && Number.isSafeInteger(number) && !Object.is(number, -0))
    return `i${number}`;
  if (Number.isNaN(number)) return 'fnan';
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(number);
  return `f${bytes.toString('hex')}`;
}
