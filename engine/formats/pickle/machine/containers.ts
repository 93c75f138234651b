/** Lists, dicts and sets as a pickle fills them: keys by Python's equality, and nothing changed that a config was made of. */
import { Entries, KeyIdentities, KeyProblem, MAPPINGS } from '../keys.js';
import {
  describe,
  type PickleValue,
  PyDict,
  type PyEntry,
  PyList,
  PyObject,
  PySet,
  PyTuple,
} from '../model.js';
import type { PickleStack } from './stack.js';

export class Containers {
  private readonly identities = new KeyIdentities();
  /** By their entries and items. */
  private readonly dicts = new Map<PyEntry[], Entries>();
  private readonly sets = new Map<PickleValue[], Set<unknown>>();
  /** What an object of a config was made of or given as its state, which it has copied. */
  private readonly sealed = new Set<PickleValue>();

  constructor(private readonly stack: PickleStack) {}

  append(items: readonly PickleValue[]): void {
    const target = this.changed();
    if (target instanceof PyList) addAll(target.items, items);
    else if (target instanceof PyObject) addAll(target.listItems, items);
    else this.stack.fail('pickle-malformed', `items are appended to ${describe(target)}`);
  }

  setItems(flat: readonly PickleValue[]): void {
    const target = this.changed();
    if (target instanceof PyDict) this.merge(target.entries, this.pairs(flat));
    else if (target instanceof PyObject && MAPPINGS.has(target.className ?? ''))
      this.merge(target.dictItems, this.pairs(flat));
    else if (target instanceof PyObject) addAll(target.dictItems, this.pairs(flat));
    else this.stack.fail('pickle-malformed', `entries are set in ${describe(target)}`);
  }

  addItems(items: readonly PickleValue[]): void {
    const target = this.changed();
    if (target instanceof PySet && !target.frozen) this.unite(target.items, items);
    else this.stack.fail('pickle-malformed', `items are added to ${describe(target)}`);
  }

  dict(flat: readonly PickleValue[]): PyDict {
    const dict = new PyDict();
    this.merge(dict.entries, this.pairs(flat));
    return dict;
  }

  set(items: readonly PickleValue[], frozen: boolean): PySet {
    const set = new PySet([], frozen);
    this.unite(set.items, items);
    return set;
  }

  /** As a dict takes them: a later value replaces an earlier one of an equal key. */
  merge(entries: PyEntry[], pairs: readonly PyEntry[]): void {
    const dict = this.dicts.get(entries) ?? new Entries(entries, this.identities);
    this.dicts.set(entries, dict);
    for (const [key, value] of pairs) this.requireKey(dict.set(key, value));
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

  /** Containers in containers, each once. */
  seal(value: PickleValue): void {
    const open = [value];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (this.sealed.has(node)) continue;
      if (node instanceof PyDict) open.push(...node.entries.map(([, item]) => item));
      else if (node instanceof PyList || node instanceof PyTuple) open.push(...node.items);
      else continue;
      this.sealed.add(node);
    }
  }

  /** The state that an object of a config was given. */
  sealState(state: PickleValue): void {
    this.sealed.add(state);
  }

  /** The container on top, which is filled further. */
  private changed(): PickleValue {
    const target = this.stack.top();
    return this.sealed.has(target)
      ? this.stack.fail('pickle-malformed', 'a value is changed after a config was built from it')
      : target;
  }

  private pairs(flat: readonly PickleValue[]): PyEntry[] {
    if (flat.length % 2 !== 0) this.stack.fail('pickle-malformed', 'a dict has a key without a value');
    return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
  }

  private requireKey(problem: KeyProblem | undefined): void {
    if (problem !== undefined)
      this.stack.fail(problem.limit ? 'pickle-limit' : 'pickle-malformed', problem.found);
  }
}

/** `push(...items)` would overflow the call stack on long lists. */
function addAll<Item>(target: Item[], items: readonly Item[]): void {
  for (const item of items) target.push(item);
}
