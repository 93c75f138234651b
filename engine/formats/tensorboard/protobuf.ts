/** The few wire types of protocol buffers that an event needs; each function gives one whole field. */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** A 64-bit signed integer, as `int64` and enums are stored. */
export function integerField(field: number, value: number): Buffer {
  return Buffer.concat([varint(tag(field, VARINT)), varint(BigInt.asUintN(64, BigInt(value)))]);
}

export function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(tag(field, FIXED64)), bytes]);
}

export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(tag(field, FIXED32)), bytes]);
}

export function textField(field: number, value: string): Buffer {
  return messageField(field, Buffer.from(value, 'utf8'));
}

/** An embedded message, its fields one after the other. */
export function messageField(field: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([varint(tag(field, LENGTH)), varint(BigInt(bytes.length)), bytes]);
}

function tag(field: number, wireType: number): bigint {
  return BigInt(field * 8 + wireType);
}

/** Seven bits a byte, the lowest first. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
