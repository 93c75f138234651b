/** What is on disk, according to headers: data sets and checkpoints, each read once until it changes. */
import { RegripError } from '../../base/errors.js';
import { ABSENT, stampOf } from '../../base/fileStamp.js';
import { checkpointFiles, openCheckpoint } from '../../formats/checkpoint/open.js';
import type { CheckpointIndex } from '../../formats/checkpoint/types.js';
import type { DataSetHeaders } from '../../formats/dataSet.js';
import { dataSetFiles, readDataSetHeaders } from '../../formats/dataSets.js';
import type { DataSetFacts } from '../gripper/dataFacts.js';
import { JudgeError } from '../judgeError.js';

/** `missing`: nothing is at that path; `unreadable`: something else is there, or the file is damaged. */
export type Looked<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly error: RegripError };

export interface CheckDisk {
  dataSet(path: string): Promise<Looked<DataSetHeaders>>;
  checkpoint(path: string): Promise<Looked<CheckpointIndex>>;
  exists(path: string): Promise<boolean>;
  /** What the columns of a data set hold; undefined where they have not been read (yet), which takes longer than a keystroke allows. */
  contents(path: string): Promise<DataSetFacts | undefined>;
}

interface Known {
  readonly stamp: string;
  readonly looked: Promise<Looked<unknown>>;
}

/** Enough for the files of one project; beyond these the oldest entry is dropped. */
const MAX_KNOWN = 64;

interface HeaderCacheOptions {
  /** Reads a data set's columns, or starts to and returns undefined; `stamp` differs for each state of the data set. */
  readonly contents: (path: string, stamp: string) => Promise<DataSetFacts | undefined>;
  /** Returns the stamp of one path, and may remember it. */
  readonly look?: (path: string) => Promise<string>;
}

/** Looks again when size or time of a file changed. A change that keeps both is not seen. */
export class HeaderCache implements CheckDisk {
  private readonly known = new Map<string, Known>();
  private readonly stampOf: (path: string) => Promise<string>;

  constructor(private readonly options: HeaderCacheOptions) {
    this.stampOf = options.look ?? stampOf;
  }

  /** Everything is read anew the next time it is needed. */
  forget(): void {
    this.known.clear();
  }

  async dataSet(path: string): Promise<Looked<DataSetHeaders>> {
    return this.look(`data set ${path}`, await this.dataSetStamp(path), () => readDataSetHeaders(path));
  }

  async checkpoint(path: string): Promise<Looked<CheckpointIndex>> {
    const stamp = await this.stampsOf(await checkpointFiles(path));
    return this.look(`ckpt ${path}`, stamp, () => indexOf(path));
  }

  async exists(path: string): Promise<boolean> {
    return (await this.stampOf(path)) !== ABSENT;
  }

  async contents(path: string): Promise<DataSetFacts | undefined> {
    return this.options.contents(path, await this.dataSetStamp(path));
  }

  /** Of all that changes with it; what `look` is given may be watched. */
  private async dataSetStamp(path: string): Promise<string> {
    return this.stampsOf(await dataSetFiles(path));
  }

  private async stampsOf(files: readonly string[]): Promise<string> {
    return (await Promise.all(files.map(this.stampOf))).join(' ');
  }

  private async look<T>(key: string, stamp: string, read: () => Promise<T>): Promise<Looked<T>> {
    const before = this.known.get(key);
    if (before?.stamp === stamp) return before.looked as Promise<Looked<T>>;
    const isMissing = stamp.startsWith(ABSENT);
    const looked: Promise<Looked<T>> = isMissing ? Promise.resolve({ kind: 'missing' }) : looking(read);
    this.known.delete(key);
    this.known.set(key, { stamp, looked });
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
    return { kind: 'unreadable', error: new JudgeError({ code: 'unreadable', message, cause: error }) };
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
