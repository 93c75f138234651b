/** What each opcode of protocols 0 to 5 does: one entry of the table for each. */
import { type PickleValue, PyBytes, PyDict, PyList, PySet, PyTuple } from '../model.js';
import { OP } from '../opcodes.js';
import type { Containers } from './containers.js';
import type { Objects } from './objects.js';
import type { PickleStack } from './stack.js';
import {
  byteString,
  decimal,
  float,
  floatText,
  integerOrBoolean,
  long,
  memoIndex,
  natural,
  persistentLine,
  quotedBytes,
  rawText,
  text,
} from './values.js';

/** The machine behind a pickle, whose "calls" only leave a node with the names and arguments. */
interface Machine {
  readonly stack: PickleStack;
  readonly containers: Containers;
  readonly objects: Objects;
}

type Step = (m: Machine) => void;

/** A step that pushes one value. */
const pushes =
  (value: (m: Machine) => PickleValue): Step =>
  (m) =>
    m.stack.push(value(m));

const outOfBand: Step = (m) => m.stack.fail('pickle-opcode', 'the pickle keeps its buffers outside itself');

export const STEPS: Readonly<Record<number, Step>> = {
  // Values.
  [OP.NONE]: pushes(() => null),
  [OP.NEWTRUE]: pushes(() => true),
  [OP.NEWFALSE]: pushes(() => false),
  [OP.BININT]: pushes((m) => m.stack.source.i32()),
  [OP.BININT1]: pushes((m) => m.stack.source.u8()),
  [OP.BININT2]: pushes((m) => m.stack.source.u16()),
  [OP.INT]: pushes((m) => integerOrBoolean(m.stack, m.stack.source.line())),
  [OP.LONG]: pushes((m) => decimal(m.stack, m.stack.source.line().replace(/L$/, ''))),
  [OP.LONG1]: pushes((m) => long(m.stack, m.stack.source.u8())),
  [OP.LONG4]: pushes((m) => long(m.stack, m.stack.source.i32())),
  [OP.BINFLOAT]: pushes((m) => float(m.stack.source.f64())),
  [OP.FLOAT]: pushes((m) => floatText(m.stack, m.stack.source.line())),
  [OP.SHORT_BINUNICODE]: pushes((m) => text(m.stack, m.stack.source.slice(m.stack.source.u8()))),
  [OP.BINUNICODE]: pushes((m) => text(m.stack, m.stack.source.slice(m.stack.source.u32()))),
  [OP.BINUNICODE8]: pushes((m) => text(m.stack, m.stack.source.slice(m.stack.source.u64()))),
  [OP.UNICODE]: pushes((m) => rawText(m.stack)),
  [OP.STRING]: pushes((m) => byteString(quotedBytes(m.stack))),
  [OP.BINSTRING]: pushes((m) => byteString(m.stack.source.slice(natural(m.stack, m.stack.source.i32())))),
  [OP.SHORT_BINSTRING]: pushes((m) => byteString(m.stack.source.slice(m.stack.source.u8()))),
  [OP.SHORT_BINBYTES]: pushes((m) => new PyBytes(m.stack.source.slice(m.stack.source.u8()))),
  [OP.BINBYTES]: pushes((m) => new PyBytes(m.stack.source.slice(m.stack.source.u32()))),
  [OP.BINBYTES8]: pushes((m) => new PyBytes(m.stack.source.slice(m.stack.source.u64()))),
  [OP.BYTEARRAY8]: pushes((m) => new PyBytes(m.stack.source.slice(m.stack.source.u64()), true)),
  // Containers.
  [OP.EMPTY_TUPLE]: pushes(() => new PyTuple([])),
  [OP.TUPLE1]: pushes((m) => new PyTuple(m.stack.popSome(1))),
  [OP.TUPLE2]: pushes((m) => new PyTuple(m.stack.popSome(2))),
  [OP.TUPLE3]: pushes((m) => new PyTuple(m.stack.popSome(3))),
  [OP.TUPLE]: pushes((m) => new PyTuple(m.stack.popMark())),
  [OP.EMPTY_LIST]: pushes(() => new PyList()),
  [OP.LIST]: pushes((m) => new PyList(m.stack.popMark())),
  [OP.APPEND]: (m) => m.containers.append([m.stack.pop()]),
  [OP.APPENDS]: (m) => m.containers.append(m.stack.popMark()),
  [OP.EMPTY_DICT]: pushes(() => new PyDict()),
  [OP.DICT]: pushes((m) => m.containers.dict(m.stack.popMark())),
  [OP.SETITEM]: (m) => m.containers.setItems(m.stack.popSome(2)),
  [OP.SETITEMS]: (m) => m.containers.setItems(m.stack.popMark()),
  [OP.EMPTY_SET]: pushes(() => new PySet()),
  [OP.ADDITEMS]: (m) => m.containers.addItems(m.stack.popMark()),
  [OP.FROZENSET]: pushes((m) => m.containers.set(m.stack.popMark(), true)),
  // What would import, call or update an object in Python is only recorded.
  [OP.GLOBAL]: pushes((m) => m.objects.globalLines()),
  [OP.STACK_GLOBAL]: (m) => m.objects.stackGlobal(),
  [OP.REDUCE]: (m) => m.objects.call('call'),
  [OP.NEWOBJ]: (m) => m.objects.call('new'),
  [OP.NEWOBJ_EX]: (m) => m.objects.constructWithKeywords(),
  [OP.INST]: (m) => m.objects.inst(),
  [OP.OBJ]: (m) => m.objects.obj(),
  [OP.BUILD]: (m) => m.objects.build(),
  [OP.PERSID]: pushes((m) => m.objects.persistent(persistentLine(m.stack))),
  [OP.BINPERSID]: pushes((m) => m.objects.persistent(m.stack.pop())),
  [OP.EXT1]: pushes((m) => m.objects.extension(m.stack.source.u8())),
  [OP.EXT2]: pushes((m) => m.objects.extension(m.stack.source.u16())),
  [OP.EXT4]: pushes((m) => m.objects.extension(m.stack.source.i32())),
  // Stack, memo and framing.
  [OP.MARK]: (m) => m.stack.mark(),
  [OP.POP]: (m) => m.stack.popOrUnmark(),
  [OP.POP_MARK]: (m) => void m.stack.popMark(),
  [OP.DUP]: (m) => m.stack.push(m.stack.top()),
  [OP.GET]: (m) => m.stack.get(memoIndex(m.stack, m.stack.source.line())),
  [OP.BINGET]: (m) => m.stack.get(m.stack.source.u8()),
  [OP.LONG_BINGET]: (m) => m.stack.get(m.stack.source.u32()),
  [OP.PUT]: (m) => m.stack.put(memoIndex(m.stack, m.stack.source.line())),
  [OP.BINPUT]: (m) => m.stack.put(m.stack.source.u8()),
  [OP.LONG_BINPUT]: (m) => m.stack.put(m.stack.source.u32()),
  [OP.MEMOIZE]: (m) => m.stack.put(),
  [OP.PROTO]: (m) => m.stack.setProtocol(m.stack.source.u8()),
  [OP.FRAME]: (m) => m.stack.source.requireLeft(m.stack.source.u64()), // what it holds is read opcode by opcode
  [OP.NEXT_BUFFER]: outOfBand,
  [OP.READONLY_BUFFER]: outOfBand,
};
