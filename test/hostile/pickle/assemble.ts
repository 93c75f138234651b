/** A pickle assembler: opcodes by name with their operands, so that shapes read like `pickletools` listings. */
import { OP } from '../../../engine/formats/pickle/opcodes.js';

export type OpName = keyof typeof OP;
type Operand = string | number | bigint | Uint8Array;
export type Line = OpName | readonly [op: OpName, ...operands: Operand[]] | Uint8Array;

/** The bytes of the listing. A `Uint8Array` among the lines is taken as it is. */
export function assemble(...lines: readonly Line[]): Uint8Array {
  return Buffer.concat(lines.map(bytesOf));
}

/** `count` times the same lines. */
export function repeat(count: number, ...lines: readonly Line[]): Uint8Array {
  const once = assemble(...lines);
  return Buffer.alloc(once.length * count, once);
}

function bytesOf(line: Line): Uint8Array {
  if (line instanceof Uint8Array) return line;
  if (typeof line === 'string') return Buffer.of(OP[line]);
  const [op, ...operands] = line;
  return Buffer.concat([Buffer.of(OP[op]), ...operands.map((operand) => encode(op, operand))]);
}

function encode(op: OpName, operand: Operand): Buffer {
  if (typeof operand === 'number' || typeof operand === 'bigint') return number(WIDTHS[op] ?? 1, operand);
  const bytes = Buffer.from(operand as string, 'utf8');
  const prefix = PREFIXES[op];
  // An opcode without a length takes lines of text.
  return prefix === undefined
    ? Buffer.concat([bytes, Buffer.of(0x0a)])
    : Buffer.concat([number(prefix, bytes.length), bytes]);
}

function number(width: number, value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, width);
}

/** Bytes of a numeric operand, where not one; for opcodes with a length, of a length that lies. */
const WIDTHS: Partial<Record<OpName, number>> = {
  BININT: 4,
  BININT2: 2,
  BINSTRING: 4,
  BINUNICODE: 4,
  BINBYTES: 4,
  LONG4: 4,
  LONG_BINGET: 4,
  LONG_BINPUT: 4,
  EXT2: 2,
  EXT4: 4,
  BINUNICODE8: 8,
  BINBYTES8: 8,
  BYTEARRAY8: 8,
  FRAME: 8,
};

const PREFIXES: Partial<Record<OpName, number>> = {
  SHORT_BINSTRING: 1,
  SHORT_BINUNICODE: 1,
  SHORT_BINBYTES: 1,
  LONG1: 1,
  BINSTRING: 4,
  BINUNICODE: 4,
  BINBYTES: 4,
  LONG4: 4,
  BINUNICODE8: 8,
  BINBYTES8: 8,
  BYTEARRAY8: 8,
};
