/** Writes torch's zip archives: stored entries, each aligned so that its bytes can be mapped. */
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from '../../../base/crc32.js';

/** What torch aligns storages to. */
const ALIGNMENT = 64;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** Bytes of an entry that are copied to spare a write. */
const SMALL = 2 ** 16;
/** Bit 11: names are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980, the earliest date that the format has: equal contents make equal files. */
const DATE = 0x0021;

interface Written {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** Appends entries to an empty file; `finish` writes the directory. */
export class ZipWriter {
  private readonly entries: Written[] = [];
  private position = 0;

  constructor(private readonly file: FileHandle) {}

  async add(name: string, data: Uint8Array): Promise<void> {
    const entry = { name: Buffer.from(name), crc: crc32(data), size: data.length, offset: this.position };
    const header = localHeader(entry);
    if (data.length <= SMALL) {
      await this.write(Buffer.concat([header, data])); // one system call instead of two
    } else {
      await this.write(header);
      await this.write(data);
    }
    this.entries.push(entry);
  }

  async finish(): Promise<void> {
    const start = this.position;
    await this.write(Buffer.concat(this.entries.map(directoryEntry)));
    await this.write(endRecords(this.entries.length, start, this.position - start));
  }

  /** A write may take less than it was given (always beyond 2 GiB). */
  private async write(data: Uint8Array): Promise<void> {
    for (let done = 0; done < data.length; ) {
      const { bytesWritten } = await this.file.write(
        data,
        done,
        Math.min(data.length - done, 2 ** 30),
        this.position,
      );
      done += bytesWritten;
      this.position += bytesWritten;
    }
  }
}

/** Fields of one to eight bytes, little-endian. */
function fields(...values: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  return Buffer.concat(
    values.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 2) field.writeUInt16LE(value);
      else if (bytes === 4) field.writeUInt32LE(value);
      else field.writeBigUInt64LE(BigInt(value));
      return field;
    }),
  );
}

/** The extra field `FB` only fills the space up to the alignment, as torch's does. */
function localHeader({ name, crc, size, offset }: Written): Buffer {
  const zip64 = size >= MAX_32 ? fields([2, 1], [2, 16], [8, size], [8, size]) : Buffer.alloc(0);
  const unpadded = offset + 30 + name.length + zip64.length + 4;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const filler = Buffer.concat([Buffer.from('FB'), fields([2, padding]), Buffer.alloc(padding, 'Z')]);
  const small = Math.min(size, MAX_32);
  return Buffer.concat([
    fields([4, 0x04034b50], [2, zip64.length > 0 ? 45 : 20], [2, FLAGS], [2, 0], [2, 0], [2, DATE]),
    fields([4, crc], [4, small], [4, small], [2, name.length], [2, zip64.length + filler.length]),
    name,
    zip64,
    filler,
  ]);
}

/** Sizes and the offset beyond 4 GiB move to the zip64 extra field, in this order. */
function directoryEntry({ name, crc, size, offset }: Written): Buffer {
  const large: (readonly [8, number])[] = [];
  if (size >= MAX_32) large.push([8, size], [8, size]);
  if (offset >= MAX_32) large.push([8, offset]);
  const extra = large.length > 0 ? fields([2, 1], [2, large.length * 8], ...large) : Buffer.alloc(0);
  const small = Math.min(size, MAX_32);
  return Buffer.concat([
    fields([4, 0x02014b50], [2, 45], [2, extra.length > 0 ? 45 : 20], [2, FLAGS], [2, 0], [2, 0], [2, DATE]),
    fields([4, crc], [4, small], [4, small], [2, name.length], [2, extra.length], [2, 0]),
    fields([2, 0], [2, 0], [4, 0], [4, Math.min(offset, MAX_32)]),
    name,
    extra,
  ]);
}

function endRecords(count: number, start: number, size: number): Buffer {
  const large = count >= MAX_16 || start >= MAX_32 || size >= MAX_32;
  const record = fields(
    ...([
      [4, 0x06064b50],
      [8, 44],
      [2, 45],
      [2, 45],
      [4, 0],
      [4, 0],
    ] as const),
    ...([
      [8, count],
      [8, count],
      [8, size],
      [8, start],
    ] as const),
  );
  const locator = fields([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]);
  const end = fields(
    ...([
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, Math.min(count, MAX_16)],
      [2, Math.min(count, MAX_16)],
    ] as const),
    ...([
      [4, Math.min(size, MAX_32)],
      [4, Math.min(start, MAX_32)],
      [2, 0],
    ] as const),
  );
  return large ? Buffer.concat([record, locator, end]) : end;
}
