/** What listing asks of an episode's files without reading them: how large they are, and whether they have changed. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { throwPassing } from '../../base/diskErrors.js';
import { RecordingError } from '../recording.js';

/** Of files together, in the order given. A missing path counts too: the result differs once it exists. */
interface FilesStamp {
  readonly stamp: string;
  /** Of each. */
  readonly bytes: readonly number[];
}

/** Stamps `files`; `names` are what the stamp calls them, so that recordings that were moved as a whole keep theirs. */
export async function stampOf(
  files: readonly { readonly name: string; readonly path: string }[],
): Promise<FilesStamp> {
  const found = await Promise.all(files.map(({ path }) => statsOf(path)));
  const rows = found.map((each, k) => [files[k]!.name, each?.size, each?.mtimeMs]);
  return {
    stamp: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
    bytes: found.map((each) => each?.size ?? 0),
  };
}

/** Undefined where `look` meets a fault of the recording: what listing cannot tell, reading gives the reason for. */
export async function unlessFaulty<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RecordingError) return undefined;
    throw error;
  }
}

async function statsOf(path: string) {
  return stat(path).catch((error: unknown) => {
    throwPassing(error, path);
    return undefined;
  });
}
