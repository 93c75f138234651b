/** Writes a training checkpoint that `torch.load` and upstream's resume read, two tensors in memory at a time: while one is written the next is made. */
import { access } from 'node:fs/promises';
import { ahead } from '../../base/ahead.js';
import { writeFileAtomic } from '../../base/atomic.js';
import { throwIfAborted } from '../../base/errors.js';
import { CheckpointError } from './checkpointError.js';
import { type PlannedStorage, planCheckpoint } from './content.js';
import type { CheckpointContent } from './types.js';
import { ZipWriter } from './zip/write.js';

interface WriteCheckpointOptions {
  /** Replace an existing file once the new one is complete. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each storage. */
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Writes beside `path`, flushes, then renames: an incomplete file never has that name. Throws `CheckpointError` when the
 * output exists, a tensor's bytes do not fit its shape, or the content contradicts itself.
 */
export async function writeCheckpoint(
  path: string,
  content: CheckpointContent,
  options: WriteCheckpointOptions = {},
): Promise<void> {
  if (options.overwrite !== true && (await exists(path))) {
    throw new CheckpointError(
      'checkpoint-exists',
      path,
      'the file already exists',
      'Choose another name, or add --overwrite.',
    );
  }
  const { pickle, storages } = planCheckpoint(path, content);
  await writeFileAtomic(path, async (file) => {
    const zip = new ZipWriter(file);
    await zip.add('archive/data.pkl', pickle);
    await zip.add('archive/byteorder', Buffer.from('little'));
    let number = 0;
    for await (const data of ahead(0, storages.length, 1, (index) => readStorage(path, storages[index]!))) {
      throwIfAborted(options.signal);
      await zip.add(`archive/data/${number++}`, data);
      options.onProgress?.(number, storages.length);
    }
    await zip.add('archive/version', Buffer.from('3\n'));
    await zip.finish();
    throwIfAborted(options.signal);
  });
}

async function readStorage(path: string, storage: PlannedStorage): Promise<Uint8Array> {
  const data = await storage.read();
  if (data.length === storage.bytes) return data;
  const found = `${storage.key} has ${data.length} bytes, expected ${storage.bytes} for its shape`;
  throw new CheckpointError('checkpoint-content', path, found);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
