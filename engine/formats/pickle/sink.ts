/** A growing buffer of opcodes and their arguments. */
export class PickleSink {
  private buffer: Buffer = Buffer.allocUnsafe(1 << 16);
  private length = 0;

  bytes(...values: readonly number[]): void {
    this.reserve(values.length);
    for (const value of values) this.length = this.buffer.writeUInt8(value, this.length);
  }

  u16(opcode: number, value: number): void {
    this.bytes(opcode);
    this.reserve(2);
    this.length = this.buffer.writeUInt16LE(value, this.length);
  }

  u32(opcode: number, value: number): void {
    this.bytes(opcode);
    this.reserve(4);
    this.length = this.buffer.writeUInt32LE(value, this.length);
  }

  /** Big-endian, as pickle's floats are. */
  f64(opcode: number, value: number): void {
    this.bytes(opcode);
    this.reserve(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
  }

  raw(data: Uint8Array): void {
    this.reserve(data.length);
    this.buffer.set(data, this.length);
    this.length += data.length;
  }

  finish(): Uint8Array {
    return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
