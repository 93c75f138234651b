/** Reads a pickle as data, opcode by opcode. */

import { GlobalNames } from './globals.js';
import { Containers } from './machine/containers.js';
import { Objects } from './machine/objects.js';
import { PickleStack } from './machine/stack.js';
import { STEPS } from './machine/steps.js';
import type { PickleValue, PyPersistent } from './model.js';
import { OP } from './opcodes.js';
import { PickleError } from './pickleError.js';
import { PickleSource } from './source.js';

/** A checkpoint's index has about 34 thousand opcodes, a recording a few hundred; bounds time and memory of a crafted file. */
const MAX_OPCODES = 500_000;
/** Entries of the memo, likewise; each costs a slot of a map whatever its index says. */
const MAX_MEMO = 250_000;
/** A recording with its arrays in band stays far below; larger ones must not be held in memory at once. */
const MAX_PICKLE_BYTES = 2 ** 30;

interface ReadPickleOptions {
  readonly maxOpcodes?: number;
  readonly maxMemo?: number;
  /** Is told each global that the pickle names, also where the value does not keep it. */
  readonly globals?: GlobalNames;
  /** Gets each object outside the pickle as it is named, also where the value does not keep it. */
  readonly persistent?: PyPersistent[];
}

/**
 * The value of the first pickle in `bytes`. Byte strings are views into `bytes`, not copies.
 * Throws `PickleError` with the byte offset; never runs, imports or looks up anything that the pickle names.
 */
export function readPickle(bytes: Uint8Array, options: ReadPickleOptions = {}): PickleValue {
  if (bytes.length > MAX_PICKLE_BYTES) {
    throw new PickleError(
      'pickle-limit',
      `the pickle has ${bytes.length} bytes, more than the limit of ${MAX_PICKLE_BYTES}`,
    );
  }
  const maxOpcodes = options.maxOpcodes ?? MAX_OPCODES;
  const stack = new PickleStack(new PickleSource(bytes), options.maxMemo ?? MAX_MEMO);
  const containers = new Containers(stack);
  const { globals = new GlobalNames(), persistent = [] } = options;
  const machine = { stack, containers, objects: new Objects(stack, containers, globals, persistent) };
  for (let count = 0; count < maxOpcodes; count += 1) {
    const opcode = stack.source.opcode();
    if (opcode === OP.STOP) return stack.pop();
    const step = STEPS[opcode];
    if (step === undefined)
      return stack.fail('pickle-opcode', `0x${hex(opcode)} is not an opcode of protocols 0 to 5`);
    step(machine);
  }
  return stack.fail('pickle-limit', `more than ${maxOpcodes} opcodes`);
}

function hex(opcode: number): string {
  return opcode.toString(16).padStart(2, '0');
}
