/** Writes values as a pickle that Python, torch and dill load, with shared objects still shared. */
import { PyFloat } from '../../base/plain.js';
import type { PickleNode, PickleValue, PyEntry } from './model.js';
import {
  PyBytes,
  PyDict,
  type PyExtension,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistent,
  PySet,
  PyTuple,
} from './model.js';
import { OP, PYTHON_2_MODULES } from './opcodes.js';
import { PickleError } from './pickleError.js';
import { python3Name } from './python2.js';
import { PickleSink } from './sink.js';
import { encodeText } from './text.js';

/** Containers inside containers: Python's own unpickling of user classes gives up near this depth. */
const MAX_DEPTH = 1000;

interface WritePickleOptions {
  /** 2 is what torch's zip files hold, 4 what NumPy recordings hold. */
  readonly protocol: 2 | 4;
}

/** Throws `PickleError` on a value that nests too deep or has no form in the protocol. */
export function writePickle(value: PickleValue, options: WritePickleOptions): Uint8Array {
  const writer = new PickleWriter(options.protocol);
  return writer.write(value);
}

type Memoised = PickleNode | string;

const SMALL_TUPLES = [OP.EMPTY_TUPLE, OP.TUPLE1, OP.TUPLE2, OP.TUPLE3] as const;

class PickleWriter {
  private readonly sink = new PickleSink();
  /** Objects by identity, texts by value. */
  private readonly memo = new Map<Memoised, number>();
  private readonly globals = new Map<string, PyGlobal>();
  private depth = 0;

  constructor(private readonly protocol: 2 | 4) {}

  write(value: PickleValue): Uint8Array {
    this.sink.bytes(OP.PROTO, this.protocol);
    this.save(value);
    this.sink.bytes(OP.STOP);
    return this.sink.finish();
  }

  private save(value: PickleValue): void {
    if (value === null) this.sink.bytes(OP.NONE);
    else if (value instanceof PyFloat) this.sink.f64(OP.BINFLOAT, value.value);
    else if (typeof value === 'boolean') this.sink.bytes(value ? OP.NEWTRUE : OP.NEWFALSE);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'bigint') this.long(value);
    else if (this.remembered(value)) return;
    else if (typeof value === 'string') this.text(value);
    else this.nested(value);
  }

  private nested(node: PickleNode): void {
    if (this.depth >= MAX_DEPTH)
      throw new PickleError('pickle-value', `values nest deeper than ${MAX_DEPTH}`);
    this.depth += 1;
    this.node(node);
    this.depth -= 1;
  }

  private node(node: PickleNode): void {
    if (node instanceof PyBytes) this.byteString(node);
    else if (node instanceof PyTuple) this.tuple(node);
    else if (node instanceof PyList) this.list(node);
    else if (node instanceof PyDict) this.dict(node);
    else if (node instanceof PySet) this.set(node);
    else if (node instanceof PyGlobal) this.global(node);
    else if (node instanceof PyObject) this.object(node);
    else if (node instanceof PyPersistent) this.persistent(node);
    else this.extension(node satisfies PyExtension);
  }

  /** An integer-valued number is a Python int; `PyFloat` marks the floats among them. Minus zero exists as a float only. */
  private number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) this.sink.f64(OP.BINFLOAT, value);
    else if (value >= 0 && value < 2 ** 8) this.sink.bytes(OP.BININT1, value);
    else if (value >= 0 && value < 2 ** 16) this.sink.u16(OP.BININT2, value);
    else if (value >= -(2 ** 31) && value < 2 ** 31) this.sink.u32(OP.BININT, value >>> 0);
    else this.long(BigInt(value));
  }

  /** Two's complement in as few bytes as hold the sign. */
  private long(value: bigint): void {
    let length = 1;
    while (BigInt.asIntN(length * 8, value) !== value) length += 1;
    const hex = BigInt.asUintN(length * 8, value)
      .toString(16)
      .padStart(length * 2, '0');
    const bytes = Buffer.from(hex, 'hex').reverse();
    if (length < 256) this.sink.bytes(OP.LONG1, length);
    else this.sink.u32(OP.LONG4, length);
    this.sink.raw(bytes);
  }

  private text(value: string): void {
    const bytes = encodeText(value);
    if (this.protocol === 4 && bytes.length < 256) this.sink.bytes(OP.SHORT_BINUNICODE, bytes.length);
    else this.sink.u32(OP.BINUNICODE, this.shortEnough(bytes));
    this.sink.raw(bytes);
    this.memoise(value);
  }

  private shortEnough(bytes: Uint8Array): number {
    if (bytes.length < 2 ** 32) return bytes.length;
    throw new PickleError(
      'pickle-value',
      `a text or byte string of ${bytes.length} bytes, more than the limit of 4 GiB`,
    );
  }

  private byteString(node: PyBytes): void {
    if (node.mutable) {
      this.call(node, new PyGlobal('builtins', 'bytearray'), [new PyBytes(node.data)]);
    } else if (this.protocol === 2) {
      const text = Buffer.from(node.data).toString('latin1');
      this.call(node, new PyGlobal('_codecs', 'encode'), [text, 'latin1']);
    } else {
      if (node.data.length < 256) this.sink.bytes(OP.SHORT_BINBYTES, node.data.length);
      else this.sink.u32(OP.BINBYTES, this.shortEnough(node.data));
      this.sink.raw(node.data);
      this.memoise(node);
    }
  }

  private call(node: PickleNode, callee: PyGlobal, args: readonly PickleValue[]): void {
    this.save(callee);
    this.save(new PyTuple(args));
    if (this.dropped(node, [OP.POP, OP.POP])) return;
    this.sink.bytes(OP.REDUCE);
    this.memoise(node);
  }

  /** A tuple that contains itself was written while its items were: then the copy on the stack is dropped. */
  private tuple(node: PyTuple): void {
    const { items } = node;
    const small = items.length <= 3;
    if (!small) this.sink.bytes(OP.MARK);
    for (const item of items) this.save(item);
    if (this.dropped(node, small ? items.map(() => OP.POP) : [OP.POP_MARK])) return;
    this.sink.bytes(small ? SMALL_TUPLES[items.length]! : OP.TUPLE);
    if (items.length > 0) this.memoise(node);
  }

  /** When writing the parts of `node` wrote it as a whole, puts that in their place. */
  private dropped(node: PickleNode, pops: readonly number[]): boolean {
    if (!this.memo.has(node)) return false;
    this.sink.bytes(...pops);
    return this.remembered(node);
  }

  private list(node: PyList): void {
    this.sink.bytes(OP.EMPTY_LIST);
    this.memoise(node);
    this.append(node.items);
  }

  private append(items: readonly PickleValue[]): void {
    if (items.length === 0) return;
    this.sink.bytes(OP.MARK);
    for (const item of items) this.save(item);
    this.sink.bytes(OP.APPENDS);
  }

  private dict(node: PyDict): void {
    this.sink.bytes(OP.EMPTY_DICT);
    this.memoise(node);
    this.setItems(node.entries);
  }

  private setItems(entries: readonly PyEntry[]): void {
    if (entries.length === 0) return;
    this.sink.bytes(OP.MARK);
    for (const [key, value] of entries) {
      this.save(key);
      this.save(value);
    }
    this.sink.bytes(OP.SETITEMS);
  }

  private set(node: PySet): void {
    if (this.protocol === 2) {
      this.call(node, new PyGlobal('builtins', node.frozen ? 'frozenset' : 'set'), [new PyList(node.items)]);
    } else if (node.frozen) {
      this.frozenSet(node);
    } else {
      this.sink.bytes(OP.EMPTY_SET);
      this.memoise(node);
      this.addItems(node.items);
    }
  }

  private addItems(items: readonly PickleValue[]): void {
    if (items.length === 0) return;
    this.sink.bytes(OP.MARK);
    for (const item of items) this.save(item);
    this.sink.bytes(OP.ADDITEMS);
  }

  private frozenSet(node: PySet): void {
    this.sink.bytes(OP.MARK);
    for (const item of node.items) this.save(item);
    if (this.dropped(node, [OP.POP_MARK])) return;
    this.sink.bytes(OP.FROZENSET);
    this.memoise(node);
  }

  private global(node: PyGlobal): void {
    const shared = this.firstOf(node);
    if (this.remembered(shared)) return;
    if (this.protocol === 4) {
      this.save(node.module);
      this.save(node.name);
      this.sink.bytes(OP.STACK_GLOBAL);
    } else {
      this.globalLines(node);
    }
    this.memoise(shared);
  }

  /** Globals are equal by name, whichever object stands for them. */
  private firstOf(node: PyGlobal): PyGlobal {
    const name = JSON.stringify([node.module, node.name]);
    const first = this.globals.get(name) ?? node;
    this.globals.set(name, first);
    return first;
  }

  /** Names end at the line feed, so one inside a name would let a file smuggle opcodes into what is written. */
  private globalLines(node: PyGlobal): void {
    if (node.module.includes('\n') || node.name.includes('\n')) {
      throw new PickleError(
        'pickle-value',
        'the name of a global contains a line feed, which protocol 2 cannot write',
      );
    }
    const module = PYTHON_2_MODULES.find(([, python3]) => python3 === node.module)?.[0] ?? node.module;
    if (python3Name(module, node.name).join('.') !== node.qualifiedName)
      throw new PickleError('pickle-value', 'the name of a global refers to a different one in protocol 2');
    this.sink.bytes(OP.GLOBAL);
    this.sink.raw(encodeText(`${module}\n${node.name}\n`));
  }

  private object(node: PyObject): void {
    this.save(node.callable);
    this.save(node.args);
    this.construct(node);
    if (this.dropped(node, [OP.POP])) return;
    this.memoise(node);
    this.append(node.listItems);
    this.setItems(node.dictItems);
    if (node.state === undefined) return;
    this.save(node.state);
    this.sink.bytes(OP.BUILD);
  }

  private construct(node: PyObject): void {
    if (node.construction === 'call') this.sink.bytes(OP.REDUCE);
    else if (node.construction === 'new') this.sink.bytes(OP.NEWOBJ);
    else this.constructWithKeywords(node);
  }

  private constructWithKeywords(node: PyObject): void {
    if (this.protocol === 2) {
      throw new PickleError(
        'pickle-value',
        'an object is made with keyword arguments, which protocol 2 cannot write',
      );
    }
    this.save(node.keywords);
    this.sink.bytes(OP.NEWOBJ_EX);
  }

  private persistent(node: PyPersistent): void {
    this.save(node.id);
    this.sink.bytes(OP.BINPERSID);
  }

  private extension(node: PyExtension): void {
    if (node.code >= 0 && node.code < 256) this.sink.bytes(OP.EXT1, node.code);
    else if (node.code >= 0 && node.code < 65536) this.sink.u16(OP.EXT2, node.code);
    else this.sink.u32(OP.EXT4, node.code >>> 0);
  }

  /** Writes a reference when `key` was written before. */
  private remembered(key: Memoised): boolean {
    const index = this.memo.get(key);
    if (index === undefined) return false;
    if (index < 256) this.sink.bytes(OP.BINGET, index);
    else this.sink.u32(OP.LONG_BINGET, index);
    return true;
  }

  private memoise(key: Memoised): void {
    const index = this.memo.size;
    this.memo.set(key, index);
    if (this.protocol === 4) this.sink.bytes(OP.MEMOIZE);
    else if (index < 256) this.sink.bytes(OP.BINPUT, index);
    else this.sink.u32(OP.LONG_BINPUT, index);
  }
}
