/** The stack machine behind a pickle, whose "calls" only leave a node with the names and arguments. */
import { PyFloat } from '../../base/plain.js';
import { CopyBudget } from './copyBudget.js';
import type { GlobalNames } from './globals.js';
import { Entries, KeyIdentities, KeyProblem, MAPPINGS } from './keys.js';
import { mappingCall, newlyMade } from './mappings.js';
import type { Construction, PickleNode, PickleValue, PyEntry } from './model.js';
import {
  describe,
  PyBytes,
  PyDict,
  PyExtension,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistent,
  PySet,
  PyTuple,
} from './model.js';
import { NEWEST_PROTOCOL } from './opcodes.js';
import { PickleError, type PickleFault } from './pickleError.js';
import { python3Name } from './python2.js';
import { rebuildCall } from './rebuild.js';
import type { PickleSource } from './source.js';
import { decodeQuoted, decodeRawUnicodeEscape, decodeText } from './text.js';

/** Open marks: containers inside containers while they are being filled. Configs nest about ten deep. */
const MAX_MARKS = 10_000;
/** Of one integer: conversion from decimal text is quadratic. 128-bit ids and hashes fit many times. */
const MAX_INTEGER_BYTES = 1024;

/** Module and name of a global together, several times Python's longest. */
const MAX_NAME = 1000;

/** Of values that calls rebuild, in bytes or items: a file that is not crafted has its own bytes for each. */
const MAX_COPIED = 2 ** 20;

export class PickleMachine {
  private stack: PickleValue[] = [];
  /** The stacks below each open mark. */
  private readonly marks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private protocol = 0;
  private readonly identities = new KeyIdentities();
  /** By their entries and items. */
  private readonly dicts = new Map<PyEntry[], Entries>();
  private readonly sets = new Map<PickleValue[], Set<unknown>>();
  /** What an object of a config was made of or given as its state, which it has copied. */
  private readonly sealed = new Set<PickleValue>();
  private readonly copies: CopyBudget;

  constructor(
    readonly source: PickleSource,
    private readonly maxMemo: number,
    private readonly globals: GlobalNames,
    private readonly persistents: PyPersistent[],
  ) {
    this.copies = new CopyBudget(Math.max(MAX_COPIED, source.length));
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    return value === undefined ? this.fail('pickle-malformed', 'the stack is empty') : value;
  }

  top(): PickleValue {
    const value = this.stack.at(-1);
    return value === undefined ? this.fail('pickle-malformed', 'the stack is empty') : value;
  }

  popSome(count: number): PickleValue[] {
    if (this.stack.length < count) this.fail('pickle-malformed', `the stack has fewer than ${count} values`);
    return this.stack.splice(-count);
  }

  mark(): void {
    if (this.marks.length >= MAX_MARKS)
      this.fail('pickle-limit', `more than ${MAX_MARKS} containers are open`);
    this.marks.push(this.stack);
    this.stack = [];
  }

  popMark(): PickleValue[] {
    const items = this.stack;
    this.stack = this.marks.pop() ?? this.fail('pickle-malformed', 'there is no mark on the stack');
    return items;
  }

  popOrUnmark(): void {
    if (this.stack.length > 0) this.stack.pop();
    else this.popMark();
  }

  get(index: number): void {
    const value = this.memo.get(index);
    this.push(value === undefined ? this.fail('pickle-malformed', `memo ${index} was never stored`) : value);
  }

  /** Under `index`, or under the next free one. */
  put(index: number = this.memo.size): void {
    if (this.memo.size >= this.maxMemo) this.fail('pickle-limit', `more than ${this.maxMemo} memo entries`);
    this.memo.set(index, this.top());
  }

  memoIndex(line: string): number {
    return /^\d{1,15}$/.test(line)
      ? Number(line)
      : this.fail('pickle-malformed', 'a memo index that is not a number');
  }

  setProtocol(protocol: number): void {
    if (protocol > NEWEST_PROTOCOL) this.fail('pickle-protocol', `protocol ${protocol}`);
    this.protocol = protocol;
  }

  /** The container on top, which is filled further. */
  private changed(): PickleValue {
    const target = this.top();
    return this.sealed.has(target)
      ? this.fail('pickle-malformed', 'a value is changed after a config was built from it')
      : target;
  }

  /** Containers in containers, each once. */
  private seal(value: PickleValue): void {
    const open = [value];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (this.sealed.has(node)) continue;
      if (node instanceof PyDict) open.push(...node.entries.map(([, item]) => item));
      else if (node instanceof PyList || node instanceof PyTuple) open.push(...node.items);
      else continue;
      this.sealed.add(node);
    }
  }

  append(items: readonly PickleValue[]): void {
    const target = this.changed();
    if (target instanceof PyList) addAll(target.items, items);
    else if (target instanceof PyObject) addAll(target.listItems, items);
    else this.fail('pickle-malformed', `items are appended to ${describe(target)}`);
  }

  setItems(flat: readonly PickleValue[]): void {
    const target = this.changed();
    if (target instanceof PyDict) this.merge(target.entries, this.pairs(flat));
    else if (target instanceof PyObject && MAPPINGS.has(target.className ?? ''))
      this.merge(target.dictItems, this.pairs(flat));
    else if (target instanceof PyObject) addAll(target.dictItems, this.pairs(flat));
    else this.fail('pickle-malformed', `entries are set in ${describe(target)}`);
  }

  /** As a dict takes them: a later value replaces an earlier one of an equal key. */
  private merge(entries: PyEntry[], pairs: readonly PyEntry[]): void {
    const dict = this.dicts.get(entries) ?? new Entries(entries, this.identities);
    this.dicts.set(entries, dict);
    for (const [key, value] of pairs) this.requireKey(dict.set(key, value));
  }

  dict(flat: readonly PickleValue[]): PyDict {
    const dict = new PyDict();
    this.merge(dict.entries, this.pairs(flat));
    return dict;
  }

  /** The first of equal items stays. */
  private unite(target: PickleValue[], items: readonly PickleValue[]): void {
    const known = this.sets.get(target) ?? new Set(target.map((item) => this.identities.of(item)));
    this.sets.set(target, known);
    for (const item of items) {
      const identity = this.identities.of(item);
      if (identity instanceof KeyProblem) this.requireKey(identity);
      if (!known.has(identity)) target.push(item);
      known.add(identity);
    }
  }

  set(items: readonly PickleValue[], frozen: boolean): PySet {
    const set = new PySet([], frozen);
    this.unite(set.items, items);
    return set;
  }

  private requireKey(problem: KeyProblem | undefined): void {
    if (problem !== undefined) this.fail(problem.limit ? 'pickle-limit' : 'pickle-malformed', problem.found);
  }

  addItems(items: readonly PickleValue[]): void {
    const target = this.changed();
    if (target instanceof PySet && !target.frozen) this.unite(target.items, items);
    else this.fail('pickle-malformed', `items are added to ${describe(target)}`);
  }

  pairs(flat: readonly PickleValue[]): PyEntry[] {
    if (flat.length % 2 !== 0) this.fail('pickle-malformed', 'a dict has a key without a value');
    return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
  }

  private global(module: string, name: string): PyGlobal {
    if (module.length + name.length > MAX_NAME)
      this.fail(
        'pickle-limit',
        `a name of ${module.length + name.length} characters for a class or function`,
      );
    const global = new PyGlobal(
      ...(this.protocol < 3 ? python3Name(module, name) : ([module, name] as const)),
    );
    this.globals.add(global.qualifiedName);
    return global;
  }

  extension(code: number): PyExtension {
    this.globals.add(`extension ${code}`);
    return new PyExtension(code);
  }

  persistent(id: PickleValue): PyPersistent {
    const object = new PyPersistent(id);
    this.persistents.push(object);
    return object;
  }

  /** Protocol 0 names it by a line of ASCII. */
  persistentLine(): string {
    const line = this.source.line();
    return /^[\0-\x7f]*$/.test(line) ? line : this.badText();
  }

  stackGlobal(): void {
    const [module, name] = this.popSome(2);
    if (typeof module !== 'string' || typeof name !== 'string') {
      this.fail('pickle-malformed', `a global is named by ${describe(module!)} and ${describe(name!)}`);
    }
    this.push(this.global(module, name));
  }

  /** Arguments and what is called with them, from the stack. */
  call(construction: 'call' | 'new'): void {
    this.construct(construction, ...this.calleeAndArgs());
  }

  /** A global named by the next two lines. */
  globalLines(): PyGlobal {
    return this.global(this.nameLine(), this.nameLine());
  }

  rawText(): string {
    return decodeRawUnicodeEscape(this.source.line()) ?? this.badText();
  }

  quotedBytes(): Uint8Array {
    return Uint8Array.from(Buffer.from(decodeQuoted(this.source.line()) ?? this.badText(), 'latin1'));
  }

  private calleeAndArgs(): [PickleValue, PyTuple] {
    const [callee, args] = this.popSome(2);
    if (!(args instanceof PyTuple)) return this.fail('pickle-malformed', `arguments are ${describe(args!)}`);
    return [callee!, args];
  }

  construct(construction: Construction, callee: PickleValue, args: PyTuple): void {
    if (!isCallable(callee)) {
      this.fail('pickle-malformed', `${describe(callee)} is called`);
    }
    if (callee instanceof PyGlobal) this.globals.addCall(callee.qualifiedName, args.items);
    const rebuilt = this.rebuilt(construction, callee, args);
    if (this.copies.spent)
      this.fail('pickle-limit', 'the same values are copied over and over, far beyond what the file holds');
    if (rebuilt === undefined && callee instanceof PyGlobal && MADE_OF_DATA.test(callee.qualifiedName))
      this.fail('pickle-malformed', `${describe(callee)} is built from something other than its items`);
    if (callee instanceof PyGlobal && callee.module.startsWith('omegaconf.')) this.seal(args);
    this.push(rebuilt ?? new PyObject(construction, callee, args));
  }

  /** The data that an allowed call makes. */
  private rebuilt(construction: Construction, callee: PickleValue, args: PyTuple): PickleNode | undefined {
    const frozen = callee instanceof PyGlobal && callee.is('builtins.frozenset'); // its `__new__` takes the items
    if (construction !== 'call' && !frozen) return callee instanceof PyGlobal ? newlyMade(callee) : undefined;
    const mapping = mappingCall(callee, args, this.copies);
    if (mapping === 'unknown')
      this.fail('pickle-malformed', `${describe(callee)} is built from something other than its entries`);
    if (mapping === undefined)
      return rebuildCall(callee, args, this.copies, (items, frozen) => this.set(items, frozen));
    const { made, pairs } = mapping;
    this.merge(made instanceof PyDict ? made.entries : made.dictItems, pairs);
    return made;
  }

  constructWithKeywords(): void {
    const [callee, args, keywords] = this.popSome(3);
    if (!(args instanceof PyTuple)) this.fail('pickle-malformed', `arguments are ${describe(args!)}`);
    if (!(keywords instanceof PyDict))
      this.fail('pickle-malformed', `keyword arguments are ${describe(keywords!)}`);
    if (!isCallable(callee!)) this.fail('pickle-malformed', `${describe(callee!)} is called`);
    if (callee instanceof PyGlobal && newlyMade(callee) !== undefined)
      this.fail('pickle-malformed', `${describe(callee)} is made with keyword arguments`);
    this.push(new PyObject('new-keywords', callee!, args, keywords));
  }

  inst(): void {
    const callee = this.globalLines();
    this.construct('call', callee, new PyTuple(this.popMark()));
  }

  obj(): void {
    const [callee, ...args] = this.popMark();
    if (callee === undefined) this.fail('pickle-malformed', 'an object without a class');
    this.construct('call', callee, new PyTuple(args));
  }

  build(): void {
    const state = this.pop();
    const target = this.top();
    if (!(target instanceof PyObject)) this.fail('pickle-malformed', `state is set on ${describe(target)}`);
    if (target.state !== undefined) this.fail('pickle-malformed', 'the state of an object is set twice');
    if (target.className?.startsWith('omegaconf.')) this.sealed.add(state);
    target.state = state;
  }

  text(bytes: Uint8Array): string {
    return decodeText(bytes) ?? this.badText();
  }

  private nameLine(): string {
    return this.text(this.source.lineBytes());
  }

  badText(): never {
    return this.fail('pickle-malformed', 'a text is not encoded as its opcode says');
  }

  natural(length: number): number {
    return length >= 0 ? length : this.fail('pickle-malformed', `a length of ${length}`);
  }

  /** Protocol 0 has no opcode for booleans: it writes them as 00 and 01. Python’s two readers differ on other spellings. */
  integerOrBoolean(line: string): PickleValue {
    return line === '00' || line === '01' ? line === '01' : this.decimal(line);
  }

  decimal(line: string): PickleValue {
    if (line.length > MAX_INTEGER_BYTES) this.fail('pickle-limit', `an integer of ${line.length} digits`);
    if (!/^-?(0|[1-9]\d*)$/.test(line) || line === '-0')
      this.fail('pickle-malformed', 'an integer that is not a number');
    return integer(BigInt(line));
  }

  floatText(line: string): PickleValue {
    const special = /^([+-]?)(inf|nan)$/.exec(line);
    if (special !== null)
      return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
    const plain = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(line) && Number.isFinite(Number(line));
    return plain ? float(Number(line)) : this.fail('pickle-malformed', 'a float that is not a number');
  }

  /** Two's complement, little-endian, of any length. */
  long(length: number): PickleValue {
    if (length > MAX_INTEGER_BYTES) this.fail('pickle-limit', `an integer of ${length} bytes`);
    const bytes = this.source.slice(this.natural(length));
    if (length === 0) return 0;
    const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
    return integer(BigInt.asIntN(length * 8, magnitude));
  }

  fail(code: PickleFault, found: string): never {
    throw new PickleError(code, found, this.source.opcodeOffset);
  }
}

/** Types whose values are data here, whatever makes them: never an object that stands for one. */
const MADE_OF_DATA = /^builtins\.(set|frozenset|bytearray)$/;

/** What Python may be able to call, once it is there. */
function isCallable(value: PickleValue): boolean {
  return (
    value instanceof PyGlobal ||
    value instanceof PyObject ||
    value instanceof PyPersistent ||
    value instanceof PyExtension
  );
}

function integer(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

export function float(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/** Python 2's `str`: text where it is ASCII, as Python 3 reads it, else bytes. */
export function byteString(bytes: Uint8Array): PickleValue {
  return bytes.every((byte) => byte < 0x80) ? Buffer.from(bytes).toString('latin1') : new PyBytes(bytes);
}

/** `push(...items)` would overflow the call stack on long lists. */
function addAll<Item>(target: Item[], items: readonly Item[]): void {
  for (const item of items) target.push(item);
}
