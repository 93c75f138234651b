/** Reads torch's zip archives: directory and local headers once, then any entry's bytes where they lie. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { crc32 } from '../../../base/crc32.js';
import { shownName } from '../../../base/shown.js';
import { CheckpointError, SAVE_AGAIN } from '../checkpointError.js';
import { notACheckpoint } from '../folder.js';
import { requireZip } from '../recognise.js';
import { WindowReader } from '../windowReader.js';
import { listEntries, requireBearable } from './directory.js';
import { findDirectory } from './end.js';
import { placeEntries, type ZipEntry } from './local.js';

/** Node reads at most 2 GiB in one call. */
const READ_STEP = 2 ** 30;

export type { ZipEntry };

/** An archive of stored (never compressed) entries, opened for random access. */
export class ZipArchive {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** In the order of the directory. */
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /** Throws `CheckpointError` when the file is not a zip, is truncated, or has entries that torch would not write. */
  static async open(path: string): Promise<ZipArchive> {
    const file = await openFile(path);
    try {
      await requireZip(path, file);
      const { size } = await file.stat();
      const entries = await readEntries(path, new WindowReader(file), size);
      return new ZipArchive(path, file, new Map(entries.map((entry) => [entry.name, entry])));
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
        `${shownName(entry.name)} does not match its checksum`,
        SAVE_AGAIN,
      );
    }
    return bytes;
  }

  /** `length` bytes from `start` within the entry; the caller has checked that they are inside. */
  async readRange(entry: ZipEntry, start: number, length: number): Promise<Uint8Array> {
    return readFully(this.path, this.file, entry.start + start, length);
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
  throw (
    (await notACheckpoint(path)) ??
    new CheckpointError('checkpoint-missing', path, 'is not a file', 'Give the checkpoint file itself.')
  );
}

/** In the order of the directory. */
async function readEntries(path: string, file: WindowReader, fileSize: number): Promise<ZipEntry[]> {
  const place = await findDirectory(path, file, fileSize);
  requireBearable(path, place);
  const directory = await file.bytes(place.offset, place.size);
  return placeEntries(path, file, listEntries(path, Buffer.from(directory), place), place.offset);
}

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
