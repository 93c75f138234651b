/** A pickle's bytes with a position: every read is bounded by what is there. */
import { PickleError } from './pickleError.js';

export class PickleSource {
  /** Start of the opcode that is being read, for errors. */
  opcodeOffset = 0;
  private position = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    // Not a Buffer, whose slices would be Buffers too.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  opcode(): number {
    this.opcodeOffset = this.position;
    return this.view.getUint8(this.advance(1));
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  /** A length of 8 bytes: it fails on what is left of the file long before 2^53 matters. */
  u64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  /** Big-endian, the one such number in a pickle. */
  f64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A view, not a copy: a length field allocates nothing. */
  slice(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Up to the next line feed, as Latin-1. */
  line(): string {
    const bytes = this.lineBytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  }

  /** Up to the next line feed. */
  lineBytes(): Uint8Array {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) this.truncated('a line feed');
    const line = this.slice(end - this.position);
    this.position += 1;
    return line;
  }

  /** A frame must be there, as Python reads it at once. */
  requireLeft(length: number): void {
    if (length > this.bytes.length - this.position) this.truncated(`a frame of ${length} bytes`);
  }

  private advance(length: number): number {
    if (length > this.bytes.length - this.position) this.truncated(`${length} bytes`);
    const start = this.position;
    this.position += length;
    return start;
  }

  private truncated(expected: string): never {
    const left = this.bytes.length - this.position;
    throw new PickleError(
      'pickle-truncated',
      `the pickle ends early: expected ${expected}, but only ${left} are left`,
      this.position,
    );
  }
}
