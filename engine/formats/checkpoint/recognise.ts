/** Says what a file is when it is not a torch zip, so that the error can say what to do. */
import type { FileHandle } from 'node:fs/promises';
import { CHOOSE, CheckpointError, SAVE_AGAIN } from './checkpointError.js';

/** What legacy torch files start with: the pickled number 0x1950a86a20f9469cfc6c. */
const LEGACY_MAGIC = Buffer.from('6cfc9c46f9206aa85019', 'hex');

/** Reads the first bytes of `path`. Throws `CheckpointError` unless a zip archive starts there. */
export async function requireZip(path: string, file: FileHandle): Promise<void> {
  const head = Buffer.alloc(512); // a tar names itself at byte 257
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const start = head.subarray(0, bytesRead);
  if (start.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return;
  throw explain(path, start);
}

function explain(path: string, start: Buffer): CheckpointError {
  const text = start.toString('latin1');
  const notTorch = (what: string, hint: string) =>
    new CheckpointError('checkpoint-not-torch', path, what, hint);
  if (start.length === 0)
    return new CheckpointError('checkpoint-truncated', path, 'the file is empty', SAVE_AGAIN);
  if (start.subarray(0, 16).includes(LEGACY_MAGIC) || /^.{257}ustar/s.test(text)) {
    const hint =
      'If you trust the file (loading it runs the code in it), save it again: torch.save(torch.load(OLD, map_location="cpu", pickle_module=dill, weights_only=False), NEW, pickle_module=dill).';
    return new CheckpointError(
      'checkpoint-legacy',
      path,
      'this is torch’s format from before 1.6, which is not supported',
      hint,
    );
  }
  if (text.startsWith('version https://git-lfs')) {
    return notTorch('this is a git-lfs pointer, not the checkpoint itself', 'Fetch the file: git lfs pull.');
  }
  if (text.startsWith('\x1f\x8b'))
    return notTorch('this is compressed with gzip', 'Unpack it first: gunzip.');
  if (text.startsWith('\x89HDF')) return notTorch('this is an HDF5 file', CHOOSE);
  if (text.startsWith('\x80'))
    return notTorch('this is a bare pickle, without the storages of tensors', CHOOSE);
  return notTorch(
    `this is not a torch checkpoint: it starts with ${JSON.stringify(text.slice(0, 8))}`,
    CHOOSE,
  );
}
