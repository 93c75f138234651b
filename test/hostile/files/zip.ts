/** A zip assembler: stored entries whose local header, directory and end may each tell another story. */
import { crc32 } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the local header says instead. */
  readonly local?: Partial<Header> & { readonly extra?: Uint8Array; readonly signature?: number };
  /** What the directory says instead. */
  readonly central?: Partial<Header> & { readonly offset?: number };
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
}

/** What the end of the directory says instead. */
export interface End {
  readonly entries?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  /** Before everything else. */
  readonly prefix?: Uint8Array;
  readonly suffix?: Uint8Array;
}

export function zip(entries: readonly Entry[], end: End = {}): Uint8Array {
  const parts: Buffer[] = [Buffer.from(end.prefix ?? [])];
  const directory: Buffer[] = [];
  let offset = parts[0]!.length;
  for (const entry of entries) {
    const local = localHeader(entry);
    directory.push(centralHeader(entry, entry.central?.offset ?? offset));
    parts.push(local, Buffer.from(entry.data));
    offset += local.length + entry.data.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([
    ...parts,
    listing,
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
  };
}

function localHeader(entry: Entry): Buffer {
  const { name, flags, method, crc, size, compressed } = headerOf(entry, entry.local);
  const text = Buffer.from(name);
  const extra = Buffer.from(entry.local?.extra ?? []);
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
  const { name, flags, method, crc, size, compressed } = headerOf(entry, entry.central);
  const text = Buffer.from(name);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(method, 10);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(compressed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(text.length, 28);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, text]);
}

function endRecord(count: number, size: number, offset: number, end: End): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(Math.min(end.entries ?? count, 0xffff), 8);
  record.writeUInt16LE(Math.min(end.entries ?? count, 0xffff), 10);
  record.writeUInt32LE(end.directorySize ?? size, 12);
  record.writeUInt32LE(end.directoryOffset ?? offset, 16);
  return record;
}
