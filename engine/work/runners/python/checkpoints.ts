/** Watches the folder into which train.py writes its checkpoints. It writes in place, so a file counts only once it is complete. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asNumber, at } from '../../../base/plain.js';
import { openCheckpoint } from '../../../formats/checkpoint/open.js';
import { readPosition } from '../../../training/position.js';

interface Seen {
  readonly version: string;
  /** When it was first seen in this state (ms). */
  readonly since: number;
  readonly isTold: boolean;
}

/** A file unchanged for this long is not being written: it is incomplete, or something else. */
const STILL_MS = 10_000;

export class PythonCheckpoints {
  private seen = new Map<string, Seen>();

  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes the existing files as known. */
  async begin(): Promise<void> {
    this.seen = new Map(
      [...(await versions(this.folder))].map(([name, version]) => [
        name,
        { version, since: this.now(), isTold: true },
      ]),
    );
  }

  /** Names of the existing checkpoints. */
  names(): string[] {
    return [...this.seen.keys()];
  }

  get isWriting(): boolean {
    return [...this.seen.values()].some(({ isTold, since }) => !isTold && this.now() - since < STILL_MS);
  }

  /** Paths of those that have been completed since the last look. */
  async look(): Promise<string[]> {
    const now = await versions(this.folder);
    const whole: string[] = [];
    const next = new Map<string, Seen>();
    for (const [name, version] of now) {
      const before = this.seen.get(name);
      const path = join(this.folder, name);
      const isSettled = before?.version === version;
      const since = isSettled ? before.since : this.now();
      const isOpen = !isSettled || (!before.isTold && this.now() - since < STILL_MS);
      const isNews = isSettled && isOpen && (await isWhole(path));
      if (isNews) whole.push(path);
      next.set(name, { version, since, isTold: isNews || !isOpen });
    }
    this.seen = next;
    return whole;
  }
}

async function versions(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = new Map<string, string>();
  for (const name of names.filter((one) => one.endsWith('.ckpt') && !one.startsWith('.'))) {
    const version = await versionOf(join(folder, name));
    if (version !== undefined) found.set(name, version);
  }
  return found;
}

/** Changes whenever the file is written; undefined where the file does not exist. */
export async function versionOf(path: string): Promise<string | undefined> {
  const { mtimeMs, size } = (await stat(path).catch(() => undefined)) ?? {};
  return mtimeMs === undefined ? undefined : `${mtimeMs} ${size}`;
}

async function isWhole(path: string): Promise<boolean> {
  return (await savedPosition(path, 1)) !== undefined;
}

/** A checkpoint's position in its training. */
export interface SavedPosition {
  /** Completed epochs. */
  readonly epochsDone: number;
  /** The epoch with which upstream resumes: its counter gives the last one, which it repeats. */
  readonly nextEpoch: number;
  readonly globalStep: number;
  /** How it was adapted: `transplant`, `reinit`; absent in upstream's own checkpoints. */
  readonly strategy: string | undefined;
}

/** Undefined where the file cannot be read completely. */
export async function savedPosition(path: string, accumulate: number): Promise<SavedPosition | undefined> {
  return positionIn(path, accumulate).catch(() => undefined);
}

/** Rejects where the file cannot be read completely. */
export async function positionIn(path: string, accumulate: number): Promise<SavedPosition> {
  const file = await openCheckpoint(path);
  await file.close();
  const { pickles, optimizer } = file.index;
  const { epoch, globalStep } = readPosition(pickles, optimizer?.state.size ?? 0, accumulate);
  const strategy = at(pickles, ['regrip_adaptation', 'strategy']);
  return {
    epochsDone: epoch,
    nextEpoch: asNumber(pickles['epoch']) ?? 0,
    globalStep,
    strategy: typeof strategy === 'string' ? strategy : undefined,
  };
}
