/** Reads a pickle as data: one entry of the table for each opcode of protocols 0 to 5. */

import { GlobalNames } from './globals.js';
import { byteString, float, PickleMachine } from './machine.js';
import { type PickleValue, PyBytes, PyDict, PyList, type PyPersistent, PySet, PyTuple } from './model.js';
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
  const machine = new PickleMachine(
    new PickleSource(bytes),
    options.maxMemo ?? MAX_MEMO,
    options.globals ?? new GlobalNames(),
    options.persistent ?? [],
  );
  for (let count = 0; count < maxOpcodes; count += 1) {
    const opcode = machine.source.opcode();
    if (opcode === OP.STOP) return machine.pop();
    const step = STEPS[opcode];
    if (step === undefined)
      return machine.fail('pickle-opcode', `0x${hex(opcode)} is not an opcode of protocols 0 to 5`);
    step(machine);
  }
  return machine.fail('pickle-limit', `more than ${maxOpcodes} opcodes`);
}

function hex(opcode: number): string {
  return opcode.toString(16).padStart(2, '0');
}

type Step = (m: PickleMachine) => void;

/** A step that pushes one value. */
const pushes =
  (value: (m: PickleMachine) => PickleValue): Step =>
  (m) =>
    m.push(value(m));

const outOfBand: Step = (m) => m.fail('pickle-opcode', 'the pickle keeps its buffers outside itself');

const STEPS: Readonly<Record<number, Step>> = {
  // Values.
  [OP.NONE]: pushes(() => null),
  [OP.NEWTRUE]: pushes(() => true),
  [OP.NEWFALSE]: pushes(() => false),
  [OP.BININT]: pushes((m) => m.source.i32()),
  [OP.BININT1]: pushes((m) => m.source.u8()),
  [OP.BININT2]: pushes((m) => m.source.u16()),
  [OP.INT]: pushes((m) => m.integerOrBoolean(m.source.line())),
  [OP.LONG]: pushes((m) => m.decimal(m.source.line().replace(/L$/, ''))),
  [OP.LONG1]: pushes((m) => m.long(m.source.u8())),
  [OP.LONG4]: pushes((m) => m.long(m.source.i32())),
  [OP.BINFLOAT]: pushes((m) => float(m.source.f64())),
  [OP.FLOAT]: pushes((m) => m.floatText(m.source.line())),
  [OP.SHORT_BINUNICODE]: pushes((m) => m.text(m.source.slice(m.source.u8()))),
  [OP.BINUNICODE]: pushes((m) => m.text(m.source.slice(m.source.u32()))),
  [OP.BINUNICODE8]: pushes((m) => m.text(m.source.slice(m.source.u64()))),
  [OP.UNICODE]: pushes((m) => m.rawText()),
  [OP.STRING]: pushes((m) => byteString(m.quotedBytes())),
  [OP.BINSTRING]: pushes((m) => byteString(m.source.slice(m.natural(m.source.i32())))),
  [OP.SHORT_BINSTRING]: pushes((m) => byteString(m.source.slice(m.source.u8()))),
  [OP.SHORT_BINBYTES]: pushes((m) => new PyBytes(m.source.slice(m.source.u8()))),
  [OP.BINBYTES]: pushes((m) => new PyBytes(m.source.slice(m.source.u32()))),
  [OP.BINBYTES8]: pushes((m) => new PyBytes(m.source.slice(m.source.u64()))),
  [OP.BYTEARRAY8]: pushes((m) => new PyBytes(m.source.slice(m.source.u64()), true)),
  // Containers.
  [OP.EMPTY_TUPLE]: pushes(() => new PyTuple([])),
  [OP.TUPLE1]: pushes((m) => new PyTuple(m.popSome(1))),
  [OP.TUPLE2]: pushes((m) => new PyTuple(m.popSome(2))),
  [OP.TUPLE3]: pushes((m) => new PyTuple(m.popSome(3))),
  [OP.TUPLE]: pushes((m) => new PyTuple(m.popMark())),
  [OP.EMPTY_LIST]: pushes(() => new PyList()),
  [OP.LIST]: pushes((m) => new PyList(m.popMark())),
  [OP.APPEND]: (m) => m.append([m.pop()]),
  [OP.APPENDS]: (m) => m.append(m.popMark()),
  [OP.EMPTY_DICT]: pushes(() => new PyDict()),
  [OP.DICT]: pushes((m) => m.dict(m.popMark())),
  [OP.SETITEM]: (m) => m.setItems(m.popSome(2)),
  [OP.SETITEMS]: (m) => m.setItems(m.popMark()),
  [OP.EMPTY_SET]: pushes(() => new PySet()),
  [OP.ADDITEMS]: (m) => m.addItems(m.popMark()),
  [OP.FROZENSET]: pushes((m) => m.set(m.popMark(), true)),
  // What would import, call or update an object in Python is only recorded.
  [OP.GLOBAL]: pushes((m) => m.globalLines()),
  [OP.STACK_GLOBAL]: (m) => m.stackGlobal(),
  [OP.REDUCE]: (m) => m.call('call'),
  [OP.NEWOBJ]: (m) => m.call('new'),
  [OP.NEWOBJ_EX]: (m) => m.constructWithKeywords(),
  [OP.INST]: (m) => m.inst(),
  [OP.OBJ]: (m) => m.obj(),
  [OP.BUILD]: (m) => m.build(),
  [OP.PERSID]: pushes((m) => m.persistent(m.persistentLine())),
  [OP.BINPERSID]: pushes((m) => m.persistent(m.pop())),
  [OP.EXT1]: pushes((m) => m.extension(m.source.u8())),
  [OP.EXT2]: pushes((m) => m.extension(m.source.u16())),
  [OP.EXT4]: pushes((m) => m.extension(m.source.i32())),
  // Stack, memo and framing.
  [OP.MARK]: (m) => m.mark(),
  [OP.POP]: (m) => m.popOrUnmark(),
  [OP.POP_MARK]: (m) => void m.popMark(),
  [OP.DUP]: (m) => m.push(m.top()),
  [OP.GET]: (m) => m.get(m.memoIndex(m.source.line())),
  [OP.BINGET]: (m) => m.get(m.source.u8()),
  [OP.LONG_BINGET]: (m) => m.get(m.source.u32()),
  [OP.PUT]: (m) => m.put(m.memoIndex(m.source.line())),
  [OP.BINPUT]: (m) => m.put(m.source.u8()),
  [OP.LONG_BINPUT]: (m) => m.put(m.source.u32()),
  [OP.MEMOIZE]: (m) => m.put(),
  [OP.PROTO]: (m) => m.setProtocol(m.source.u8()),
  [OP.FRAME]: (m) => m.source.requireLeft(m.source.u64()), // what it holds is read opcode by opcode
  [OP.NEXT_BUFFER]: outOfBand,
  [OP.READONLY_BUFFER]: outOfBand,
};
