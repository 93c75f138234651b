/** What lies on disk, as far as headers tell: data sets and checkpoints, each looked at once until it changes. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RegripError } from '../base/errors.js';
import { openCheckpoint } from '../formats/checkpoint/open.js';
import type { CheckpointIndex } from '../formats/checkpoint/types.js';
import { type ReplayBufferMetadata, readMetadata } from '../formats/zarr/index.js';
import type { DataSetFacts } from '../gripper/dataFacts.js';

/** `missing` is nothing at that path; `unreadable` is something else than was asked for, or a damaged one. */
export type Looked<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly error: RegripError };

export interface CheckDisk {
  dataSet(path: string): Promise<Looked<ReplayBufferMetadata>>;
  checkpoint(path: string): Promise<Looked<CheckpointIndex>>;
  exists(path: string): Promise<boolean>;
  /** What the columns of a data set hold; undefined where they were not read, or not yet: that takes longer than a keystroke may. */
  contents(path: string): Promise<DataSetFacts | undefined>;
}

interface Known {
  readonly files: readonly string[];
  readonly stamp: string;
  readonly looked: Promise<Looked<unknown>>;
}

/** Files of one project; beyond these the oldest look is forgotten. */
const MAX_KNOWN = 64;
/** Written whenever a replay buffer is: their sizes and times tell that it changed. */
const ZARR_HEADERS = [
  '.',
  '.zmetadata',
  'data',
  'meta/episode_ends/.zarray',
  'meta/episode_ends/0',
  'data/action/.zarray',
];

/** Looks again when size or time of a file changed. A change that keeps both is not seen. */
export class HeaderCache implements CheckDisk {
  private readonly known = new Map<string, Known>();

  /** `contents` reads a data set's columns, or starts to and answers with undefined. */
  constructor(readonly contents: CheckDisk['contents']) {}

  dataSet(path: string): Promise<Looked<ReplayBufferMetadata>> {
    return this.look(
      `zarr ${path}`,
      ZARR_HEADERS.map((name) => join(path, name)),
      () => readMetadata(path),
    );
  }

  checkpoint(path: string): Promise<Looked<CheckpointIndex>> {
    return this.look(`ckpt ${path}`, [path], () => indexOf(path));
  }

  async exists(path: string): Promise<boolean> {
    return (await stampOf(path)) !== '-';
  }

  /** Whether something that was looked at is another now: for file systems that send no events. */
  async changed(): Promise<boolean> {
    const answers = [...this.known.values()].map(
      async ({ files, stamp }) => (await stampsOf(files)) !== stamp,
    );
    return (await Promise.all(answers)).includes(true);
  }

  private async look<T>(key: string, files: readonly string[], read: () => Promise<T>): Promise<Looked<T>> {
    const stamp = await stampsOf(files);
    const before = this.known.get(key);
    if (before?.stamp === stamp) return before.looked as Promise<Looked<T>>;
    const isMissing = stamp.startsWith('-');
    const looked: Promise<Looked<T>> = isMissing ? Promise.resolve({ kind: 'missing' }) : looking(read);
    this.known.delete(key);
    this.known.set(key, { files, stamp, looked });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MAX_KNOWN) break;
      this.known.delete(oldest);
    }
    return looked;
  }
}

async function looking<T>(read: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { kind: 'found', value: await read() };
  } catch (error) {
    if (error instanceof RegripError) return { kind: 'unreadable', error };
    const message = `cannot be read (${String(error)})`;
    return { kind: 'unreadable', error: new RegripError({ code: 'unreadable', message, cause: error }) };
  }
}

async function indexOf(path: string): Promise<CheckpointIndex> {
  const file = await openCheckpoint(path);
  try {
    return file.index;
  } finally {
    await file.close();
  }
}

async function stampsOf(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(stampOf))).join(' ');
}

/** `-` for nothing that can be looked at. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? '-' : `${found.size}:${found.mtimeMs}:${found.ino}`;
}
