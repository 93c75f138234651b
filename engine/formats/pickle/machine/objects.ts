/** What a pickle would import, call or update in Python: only recorded, with the names and arguments, or made as the data that it stands for. */
import { CopyBudget } from '../copyBudget.js';
import type { GlobalNames } from '../globals.js';
import { mappingCall, newlyMade } from '../mappings.js';
import {
  type Construction,
  describe,
  type PickleNode,
  type PickleValue,
  PyDict,
  PyExtension,
  PyGlobal,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../model.js';
import { python3Name } from '../python2.js';
import { rebuildCall } from '../rebuild.js';
import type { Containers } from './containers.js';
import type { PickleStack } from './stack.js';
import { text } from './values.js';

/** Module and name of a global together, several times Python's longest. */
const MAX_NAME = 1000;

/** Of values that calls rebuild, in bytes or items: a file that is not crafted has its own bytes for each. */
const MAX_COPIED = 2 ** 20;

export class Objects {
  private readonly copies: CopyBudget;

  constructor(
    private readonly stack: PickleStack,
    private readonly containers: Containers,
    private readonly globals: GlobalNames,
    private readonly persistents: PyPersistent[],
  ) {
    this.copies = new CopyBudget(Math.max(MAX_COPIED, stack.source.length));
  }

  private global(module: string, name: string): PyGlobal {
    if (module.length + name.length > MAX_NAME)
      this.stack.fail(
        'pickle-limit',
        `a name of ${module.length + name.length} characters for a class or function`,
      );
    const global = new PyGlobal(
      ...(this.stack.namesAsPython2 ? python3Name(module, name) : ([module, name] as const)),
    );
    this.globals.add(global.qualifiedName);
    return global;
  }

  /** A global named by the next two lines. */
  globalLines(): PyGlobal {
    return this.global(this.nameLine(), this.nameLine());
  }

  stackGlobal(): void {
    const [module, name] = this.stack.popSome(2);
    if (typeof module !== 'string' || typeof name !== 'string') {
      this.stack.fail('pickle-malformed', `a global is named by ${describe(module!)} and ${describe(name!)}`);
    }
    this.stack.push(this.global(module, name));
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

  /** Arguments and what is called with them, from the stack. */
  call(construction: 'call' | 'new'): void {
    this.construct(construction, ...this.calleeAndArgs());
  }

  construct(construction: Construction, callee: PickleValue, args: PyTuple): void {
    if (!isCallable(callee)) {
      this.stack.fail('pickle-malformed', `${describe(callee)} is called`);
    }
    if (callee instanceof PyGlobal) this.globals.addCall(callee.qualifiedName, args.items);
    const rebuilt = this.rebuilt(construction, callee, args);
    if (this.copies.spent)
      this.stack.fail(
        'pickle-limit',
        'the same values are copied over and over, far beyond what the file holds',
      );
    if (rebuilt === undefined && callee instanceof PyGlobal && MADE_OF_DATA.test(callee.qualifiedName))
      this.stack.fail('pickle-malformed', `${describe(callee)} is built from something other than its items`);
    if (callee instanceof PyGlobal && callee.module.startsWith('omegaconf.')) this.containers.seal(args);
    this.stack.push(rebuilt ?? new PyObject(construction, callee, args));
  }

  constructWithKeywords(): void {
    const [callee, args, keywords] = this.stack.popSome(3);
    if (!(args instanceof PyTuple)) this.stack.fail('pickle-malformed', `arguments are ${describe(args!)}`);
    if (!(keywords instanceof PyDict))
      this.stack.fail('pickle-malformed', `keyword arguments are ${describe(keywords!)}`);
    if (!isCallable(callee!)) this.stack.fail('pickle-malformed', `${describe(callee!)} is called`);
    if (callee instanceof PyGlobal && newlyMade(callee) !== undefined)
      this.stack.fail('pickle-malformed', `${describe(callee)} is made with keyword arguments`);
    this.stack.push(new PyObject('new-keywords', callee!, args, keywords));
  }

  inst(): void {
    const callee = this.globalLines();
    this.construct('call', callee, new PyTuple(this.stack.popMark()));
  }

  obj(): void {
    const [callee, ...args] = this.stack.popMark();
    if (callee === undefined) this.stack.fail('pickle-malformed', 'an object without a class');
    this.construct('call', callee, new PyTuple(args));
  }

  build(): void {
    const state = this.stack.pop();
    const target = this.stack.top();
    if (!(target instanceof PyObject))
      this.stack.fail('pickle-malformed', `state is set on ${describe(target)}`);
    if (target.state !== undefined)
      this.stack.fail('pickle-malformed', 'the state of an object is set twice');
    if (target.className?.startsWith('omegaconf.')) this.containers.sealState(state);
    target.state = state;
  }

  private calleeAndArgs(): [PickleValue, PyTuple] {
    const [callee, args] = this.stack.popSome(2);
    if (!(args instanceof PyTuple))
      return this.stack.fail('pickle-malformed', `arguments are ${describe(args!)}`);
    return [callee!, args];
  }

  /** The data that an allowed call makes. */
  private rebuilt(construction: Construction, callee: PickleValue, args: PyTuple): PickleNode | undefined {
    const frozen = callee instanceof PyGlobal && callee.is('builtins.frozenset'); // its `__new__` takes the items
    if (construction !== 'call' && !frozen) return callee instanceof PyGlobal ? newlyMade(callee) : undefined;
    const mapping = mappingCall(callee, args, this.copies);
    if (mapping === 'unknown')
      this.stack.fail(
        'pickle-malformed',
        `${describe(callee)} is built from something other than its entries`,
      );
    if (mapping === undefined)
      return rebuildCall(callee, args, this.copies, (items, frozen) => this.containers.set(items, frozen));
    const { made, pairs } = mapping;
    this.containers.merge(made instanceof PyDict ? made.entries : made.dictItems, pairs);
    return made;
  }

  private nameLine(): string {
    return text(this.stack, this.stack.source.lineBytes());
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
