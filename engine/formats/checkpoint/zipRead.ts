/** Reads torch's zip archives: the central directory once, then any entry's bytes where they lie. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { CheckpointError, SAVE_AGAIN } from './errors.js';
import { requireZip } from './recognise.js';
import { WindowReader } from './windowReader.js';

/** A policy has about a thousand storages; bounds the time of a crafted directory. */
const MAX_ENTRIES = 80_000;
/** Node reads at most 2 GiB in one call. */
const READ_STEP = 2 ** 30;

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly crc32: number;
  /** Of its local header. */
  readonly offset: number;
  /** Where the next entry begins, or the file ends. */
  readonly limit: number;
}

/** An archive of stored (never compressed) entries, opened for random access. */
export class ZipArchive {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /** Throws `CheckpointError` when the file is no zip, is cut off, or has entries that torch would not write. */
  static async open(path: string): Promise<ZipArchive> {
    const file = await openFile(path);
    try {
      await requireZip(path, file);
      const { size } = await file.stat();
      const apart = placeApart(path, await readDirectory(path, file, size), size);
      return new ZipArchive(path, file, new Map(apart.map((entry) => [entry.name, entry])));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** All bytes of a small entry, checked against its CRC. */
  async readWhole(entry: ZipEntry): Promise<Uint8Array> {
    const bytes = await this.readRange(entry, 0, entry.size);
    if (crc32(bytes) !== entry.crc32) {
      throw new CheckpointError(
        'checkpoint-zip',
        this.path,
        `${entry.name} does not match its checksum`,
        SAVE_AGAIN,
      );
    }
    return bytes;
  }

  /** `length` bytes from `start` within the entry; the caller has checked that they are inside. */
  async readRange(entry: ZipEntry, start: number, length: number): Promise<Uint8Array> {
    const from = (await this.dataOffset(entry)) + start;
    return readFully(this.path, this.file, from, length);
  }

  /** The local header must agree with the directory: a file whose two halves differ shows readers different bytes. */
  private async dataOffset(entry: ZipEntry): Promise<number> {
    const header = Buffer.from(await readFully(this.path, this.file, entry.offset, 30));
    const nameLength = header.readUInt16LE(26);
    const name = Buffer.from(await readFully(this.path, this.file, entry.offset + 30, nameLength)).toString(
      'utf8',
    );
    const flags = header.readUInt16LE(6);
    const stored = header.readUInt16LE(8) === 0 && (flags & ENCRYPTED) === 0;
    const sizes = [header.readUInt32LE(18), header.readUInt32LE(22)];
    const late = (flags & SIZES_FOLLOW) !== 0; // then torch leaves them zero here
    const sized = late || sizes.every((size) => size === entry.size || size === 0xffffffff);
    if (header.readUInt32LE(0) !== LOCAL_HEADER || name !== entry.name || !stored || !sized) {
      const found = `the local header of ${entry.name} contradicts the archive’s directory`;
      throw new CheckpointError('checkpoint-zip', this.path, found, SAVE_AGAIN);
    }
    const start = entry.offset + 30 + nameLength + header.readUInt16LE(28);
    if (start + entry.size > entry.limit) {
      const found = `the local header of ${entry.name} moves it to byte ${start}, where it does not fit before the next entry`;
      throw new CheckpointError('checkpoint-zip', this.path, found, SAVE_AGAIN);
    }
    return start;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Asked before opening: opening a pipe would wait for its writer.
    if ((await stat(path)).isFile()) return await open(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CheckpointError(
      'checkpoint-missing',
      path,
      `cannot be opened (${code})`,
      'Check the path.',
      cause,
    );
  }
  throw new CheckpointError('checkpoint-missing', path, 'is no file', 'Give the checkpoint file itself.');
}

const LOCAL_HEADER = 0x04034b50;
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;

async function readFully(path: string, file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(READ_STEP, length - at), from + at);
    if (bytesRead === 0) {
      throw new CheckpointError(
        'checkpoint-truncated',
        path,
        `the file ends at byte ${from + at}`,
        SAVE_AGAIN,
      );
    }
    at += bytesRead;
  }
  return bytes;
}

async function readDirectory(path: string, file: FileHandle, size: number): Promise<ListedEntry[]> {
  let archive: yauzl.ZipFile;
  try {
    archive = await yauzl.fromRandomAccessReaderPromise(new WindowReader(file), size, { autoClose: false });
  } catch (cause) {
    const found = 'the archive’s directory at the end of the file is missing: the file was cut off';
    throw new CheckpointError('checkpoint-truncated', path, found, SAVE_AGAIN, cause);
  }
  return listEntries(path, archive);
}

async function listEntries(path: string, archive: yauzl.ZipFile): Promise<ListedEntry[]> {
  const bad = (found: string, cause?: unknown) =>
    new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN, cause);
  if (archive.entryCount > MAX_ENTRIES) throw bad(`the archive lists ${archive.entryCount} entries`);
  const entries = new Map<string, ListedEntry>();
  try {
    for await (const entry of archive.eachEntry()) {
      const name = entry.fileName;
      if (entry.isEncrypted()) throw bad(`${name} is encrypted`);
      if (entry.compressionMethod !== 0) throw bad(`${name} is compressed; torch stores entries as they are`);
      if (entries.has(name)) throw bad(`${name} is in the archive twice`);
      entries.set(name, {
        name,
        size: entry.uncompressedSize,
        crc32: entry.crc32,
        offset: entry.relativeOffsetOfLocalHeader,
      });
    }
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw bad(
      `the archive’s directory is damaged (${error instanceof Error ? error.message : error})`,
      error,
    );
  }
  return [...entries.values()];
}

/** An entry as the directory has it. */
type ListedEntry = Omit<ZipEntry, 'limit'>;

/** Entries that overlap would let a small file pass for a large one, and one tensor's bytes for another's. */
function placeApart(path: string, entries: readonly ListedEntry[], fileSize: number): ZipEntry[] {
  const ordered = entries.toSorted((a, b) => a.offset - b.offset);
  return ordered.map((entry, i) => {
    const end = entry.offset + 30 + Buffer.byteLength(entry.name) + entry.size;
    const next = ordered[i + 1];
    const limit = next?.offset ?? fileSize;
    if (end <= limit) return { ...entry, limit };
    const found = `${entry.name} reaches to byte ${end}, into ${next === undefined ? 'the end of the file' : next.name}`;
    throw new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN);
  });
}
