/** What each chunk of images was when it was written, and whether it is still the same when the data set gets its name. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from '../../base/crc32.js';
import { throwIfAborted } from '../../base/errors.js';
import {
  type ArrayLayout,
  decodeChunk,
  layoutChunkBytes,
  type StoredChunk,
} from '../../formats/zarr/index.js';
import { ConvertError } from './convertError.js';

/** Files that are read at once: one waits for the disk while another is summed. */
const AT_ONCE = 4;

export class ChunkLedger {
  private readonly known = new Map<string, StoredChunk>();

  constructor(private readonly folder: string) {}

  has(name: string): boolean {
    return this.known.has(name);
  }

  add(chunks: readonly StoredChunk[]): void {
    for (const chunk of chunks) this.known.set(chunk.name, chunk);
  }

  /** Chunks that an earlier process wrote: whole ones are taken over, damaged ones go and are made again. */
  async examine(layout: ArrayLayout, signal: AbortSignal | undefined): Promise<void> {
    const names = await readdir(this.folder);
    await eachOf(
      names.filter((name) => CHUNK_NAME.test(name) && !this.known.has(name)),
      async (name) => {
        throwIfAborted(signal);
        const path = join(this.folder, name);
        const stored = await readFile(path);
        const isWhole = await decodeChunk(stored, layout.compressor, layoutChunkBytes(layout)).then(
          () => true,
          () => false,
        );
        if (isWhole) this.add([{ name, bytes: stored.length, crc: crc32(stored) }]);
        else await rm(path);
      },
    );
  }

  /** Removes chunk `first` of the rows and all after it. */
  async removeFrom(first: number): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (Number(name.split('.')[0]) < first) continue;
      await rm(join(this.folder, name));
      this.known.delete(name);
    }
  }

  /** Throws `chunk-lost` unless all of `names` are on disk as they were written; those that are not are removed, so that a resume makes them. */
  async verify(names: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const lost: string[] = [];
    await eachOf(names, async (name) => {
      throwIfAborted(signal);
      if (await this.isAsWritten(name)) return;
      lost.push(name);
      await rm(join(this.folder, name), { force: true });
    });
    if (lost.length > 0) throw chunksLost(this.folder, lost.sort(), names.length);
  }

  private async isAsWritten(name: string): Promise<boolean> {
    const written = this.known.get(name);
    const stored = await readFile(join(this.folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (stored === undefined || written === undefined) return false;
    return stored.length === written.bytes && crc32(stored) === written.crc;
  }
}

const CHUNK_NAME = /^\d+(\.\d+)*$/;

async function eachOf(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < names.length) await work(names[next++]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

const SHOWN = 5;

function chunksLost(folder: string, lost: readonly string[], all: number): ConvertError {
  const shown = lost.slice(0, SHOWN).join(', ');
  const more = lost.length > SHOWN ? ` and ${lost.length - SHOWN} more` : '';
  const message = `${lost.length} of ${all} chunks are missing or not as they were written (${shown}${more}), so the data set is not published`;
  const hint =
    'find out what else writes or removes files there, then run the same command with --resume, which makes them again';
  return new ConvertError('chunk-lost', folder, message, hint);
}
