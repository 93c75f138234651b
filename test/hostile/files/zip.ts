/** A zip assembler: stored entries whose local header, directory and end may each tell another story. */
import { crc32 } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the local header says instead. */
  readonly local?: Partial<Header> & { readonly signature?: number };
  /** What the directory says instead. */
  readonly central?: Partial<Header> & {
    readonly offset?: number;
    readonly comment?: string;
    readonly disk?: number;
    readonly version?: number;
  };
  /** Bytes behind the data: a descriptor, or anything. */
  readonly after?: Uint8Array;
}

interface Header {
  readonly name: string;
  readonly flags: number;
  /** 0 is stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  /** In the file; as `size` when not given. */
  readonly compressed: number;
  readonly extra: Uint8Array;
}

/** What the end of the directory says instead. */
export interface End {
  readonly entries?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  /** Before everything else. */
  readonly prefix?: Uint8Array;
  readonly suffix?: Uint8Array;
  /** Between the directory and its end. */
  readonly between?: Uint8Array;
  readonly commentLength?: number;
}

export const u16 = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => littleEndian(2, BigInt(value))));
export const u32 = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => littleEndian(4, BigInt(value))));
export const u64 = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => littleEndian(8, BigInt(value))));

function littleEndian(width: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.subarray(0, width);
}

/** An extra field. */
export const extra = (id: number, data: Uint8Array): Buffer => Buffer.concat([u16(id, data.length), data]);

/** The zip64 records that come before the end record; each number may lie. */
export function zip64End(entries: number, size: number, offset: number, at = offset + size): Buffer {
  return Buffer.concat([
    u32(0x06064b50),
    u64(44),
    u16(45, 45),
    u32(0, 0),
    u64(entries, entries, size, offset),
    u32(0x07064b50, 0),
    u64(at),
    u32(1),
  ]);
}

/** Name, length and place of each entry, and where the directory lies, in an archive without lies. */
export function layout(entries: readonly Entry[]): { readonly offset: number; readonly size: number } {
  const offset = entries.reduce(
    (sum, entry) => sum + localHeader(entry).length + entry.data.length + (entry.after?.length ?? 0),
    0,
  );
  return { offset, size: entries.reduce((sum, entry) => sum + centralHeader(entry, 0).length, 0) };
}

export function zip(entries: readonly Entry[], end: End = {}): Uint8Array {
  const parts: Buffer[] = [Buffer.from(end.prefix ?? [])];
  const directory: Buffer[] = [];
  let offset = parts[0]!.length;
  for (const entry of entries) {
    const local = localHeader(entry);
    directory.push(centralHeader(entry, entry.central?.offset ?? offset));
    const after = Buffer.from(entry.after ?? []);
    parts.push(local, Buffer.from(entry.data), after);
    offset += local.length + entry.data.length + after.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([
    ...parts,
    listing,
    Buffer.from(end.between ?? []),
    endRecord(entries.length, listing.length, offset, end),
    Buffer.from(end.suffix ?? []),
  ]);
}

function headerOf(entry: Entry, lie: Partial<Header> | undefined): Header {
  const size = lie?.size ?? entry.data.length;
  return {
    name: lie?.name ?? entry.name,
    flags: lie?.flags ?? 0,
    method: lie?.method ?? 0,
    crc: lie?.crc ?? crc32(entry.data),
    size,
    compressed: lie?.compressed ?? size,
    extra: lie?.extra ?? new Uint8Array(),
  };
}

function localHeader(entry: Entry): Buffer {
  const { name, flags, method, crc, size, compressed, extra } = headerOf(entry, entry.local);
  const text = Buffer.from(name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(entry.local?.signature ?? 0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(compressed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(text.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, text, extra]);
}

function centralHeader(entry: Entry, offset: number): Buffer {
  const { name, flags, method, crc, size, compressed, extra } = headerOf(entry, entry.central);
  const text = Buffer.from(name);
  const comment = Buffer.from(entry.central?.comment ?? '');
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(entry.central?.version ?? 20, 6);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(method, 10);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(compressed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(text.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(comment.length, 32);
  header.writeUInt16LE(entry.central?.disk ?? 0, 34);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, text, extra, comment]);
}

function endRecord(count: number, size: number, offset: number, end: End): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(Math.min(end.entries ?? count, 0xffff), 8);
  record.writeUInt16LE(Math.min(end.entries ?? count, 0xffff), 10);
  record.writeUInt32LE(end.directorySize ?? size, 12);
  record.writeUInt32LE(end.directoryOffset ?? offset, 16);
  record.writeUInt16LE(end.commentLength ?? 0, 20);
  return record;
}
