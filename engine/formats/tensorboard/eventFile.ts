/** One events file, which grows while a run continues. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { onDisk } from '../../base/diskErrors.js';
import { scalarsRecord, sessionStartRecord, versionRecord } from './event.js';

/**
 * A new file in a folder that TensorBoard watches; it merges all files of the folder, so each start of a run opens its own.
 * Every call hands whole records to the system at once: a killed process leaves nothing but, at worst, a torn last record.
 */
export class EventFile {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** `firstStep`: what comes next; events of earlier files from there on are superseded. */
  static async create(folder: string, firstStep: number): Promise<EventFile> {
    await onDisk(folder, () => mkdir(folder, { recursive: true }));
    const { path, file } = await openNew(folder);
    const wallTime = Date.now() / 1000;
    const head = Buffer.concat([versionRecord(wallTime), sessionStartRecord(wallTime, firstStep)]);
    await onDisk(path, () => file.write(head)).catch(async (error: unknown) => {
      await file.close().catch(() => undefined);
      throw error;
    });
    return new EventFile(path, file);
  }

  async scalars(step: number, scalars: Readonly<Record<string, number>>): Promise<void> {
    await onDisk(this.path, () => this.file.write(scalarsRecord(Date.now() / 1000, step, scalars)));
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Readers take files in the order of their names, so the time comes first, with a counter for starts within a second. */
async function openNew(folder: string): Promise<{ readonly path: string; readonly file: FileHandle }> {
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
  for (let count = 0; ; count++) {
    const path = join(folder, `events.out.tfevents.${seconds}.${count}.${hostname()}.${process.pid}`);
    try {
      return { path, file: await open(path, 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
