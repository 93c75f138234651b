/** Numbers and texts as the opcodes of a pickle spell them. */
import { PyFloat } from '../../../base/plain.js';
import { type PickleValue, PyBytes } from '../model.js';
import { decodeQuoted, decodeRawUnicodeEscape, decodeText } from '../text.js';
import type { PickleStack } from './stack.js';

/** Of one integer: conversion from decimal text is quadratic. 128-bit ids and hashes fit many times. */
const MAX_INTEGER_BYTES = 1024;

/** Protocol 0 has no opcode for booleans: it writes them as 00 and 01. Python’s two readers differ on other spellings. */
export function integerOrBoolean(m: PickleStack, line: string): PickleValue {
  return line === '00' || line === '01' ? line === '01' : decimal(m, line);
}

export function decimal(m: PickleStack, line: string): PickleValue {
  if (line.length > MAX_INTEGER_BYTES) m.fail('pickle-limit', `an integer of ${line.length} digits`);
  if (!/^-?(0|[1-9]\d*)$/.test(line) || line === '-0')
    m.fail('pickle-malformed', 'an integer that is not a number');
  return integer(BigInt(line));
}

export function floatText(m: PickleStack, line: string): PickleValue {
  const special = /^([+-]?)(inf|nan)$/.exec(line);
  if (special !== null) return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const plain = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(line) && Number.isFinite(Number(line));
  return plain ? float(Number(line)) : m.fail('pickle-malformed', 'a float that is not a number');
}

/** Two's complement, little-endian, of any length. */
export function long(m: PickleStack, length: number): PickleValue {
  if (length > MAX_INTEGER_BYTES) m.fail('pickle-limit', `an integer of ${length} bytes`);
  const bytes = m.source.slice(natural(m, length));
  if (length === 0) return 0;
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return integer(BigInt.asIntN(length * 8, magnitude));
}

export function natural(m: PickleStack, length: number): number {
  return length >= 0 ? length : m.fail('pickle-malformed', `a length of ${length}`);
}

export function memoIndex(m: PickleStack, line: string): number {
  return /^\d{1,15}$/.test(line)
    ? Number(line)
    : m.fail('pickle-malformed', 'a memo index that is not a number');
}

export function text(m: PickleStack, bytes: Uint8Array): string {
  return decodeText(bytes) ?? badText(m);
}

export function rawText(m: PickleStack): string {
  return decodeRawUnicodeEscape(m.source.line()) ?? badText(m);
}

export function quotedBytes(m: PickleStack): Uint8Array {
  return Uint8Array.from(Buffer.from(decodeQuoted(m.source.line()) ?? badText(m), 'latin1'));
}

/** Protocol 0 names it by a line of ASCII. */
export function persistentLine(m: PickleStack): string {
  const line = m.source.line();
  return /^[\0-\x7f]*$/.test(line) ? line : badText(m);
}

function badText(m: PickleStack): never {
  return m.fail('pickle-malformed', 'a text is not encoded as its opcode says');
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
