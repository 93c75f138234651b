/** What the opcodes of a pickle work on: its bytes, the stack with its marks, and the memo. */
import type { PickleValue } from '../model.js';
import { NEWEST_PROTOCOL } from '../opcodes.js';
import { PickleError, type PickleFault } from '../pickleError.js';
import type { PickleSource } from '../source.js';

/** Open marks: containers inside containers while they are being filled. Configs nest about ten deep. */
const MAX_MARKS = 10_000;

export class PickleStack {
  private stack: PickleValue[] = [];
  /** The stacks below each open mark. */
  private readonly marks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private protocol = 0;

  constructor(
    readonly source: PickleSource,
    private readonly maxMemo: number,
  ) {}

  /** Protocols 0 to 2 name modules as Python 2 did. */
  get namesAsPython2(): boolean {
    return this.protocol < 3;
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

  setProtocol(protocol: number): void {
    if (protocol > NEWEST_PROTOCOL) this.fail('pickle-protocol', `protocol ${protocol}`);
    this.protocol = protocol;
  }

  fail(code: PickleFault, found: string): never {
    throw new PickleError(code, found, this.source.opcodeOffset);
  }
}
