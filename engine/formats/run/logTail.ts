/** Follows a run's `logs.json.txt`: its history first, then each whole line that is added. */
import { open } from 'node:fs/promises';
import { type LogLine, parseLogLine } from './trainLog.js';

const LOOK_EVERY_MS = 1000;
/** Read at once; a log of a long run has some megabytes. */
const MAX_READ = 1 << 20;

export class LogTail {
  private rest = '';
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;

  constructor(
    private readonly path: string,
    private readonly onRows: (rows: readonly LogLine[]) => void,
    /** Bytes that are passed over: what an earlier start logged. */
    private offset = 0,
  ) {}

  /** Reads what is there; with `isLive` it continues until it is disposed, and waits for a log that does not exist yet. */
  async read(isLive: boolean): Promise<void> {
    clearTimeout(this.timer);
    while (await this.readOn());
    if (isLive && !this.isDisposed) this.timer = setTimeout(() => void this.read(true), LOOK_EVERY_MS);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
  }

  /** Whether there is more. */
  private async readOn(): Promise<boolean> {
    const file = await open(this.path, 'r').catch(() => undefined);
    if (file === undefined || this.isDisposed) return false;
    try {
      const { size } = await file.stat();
      if (size < this.offset) this.begin(); // cut back by a resume
      const buffer = Buffer.alloc(Math.min(MAX_READ, size - this.offset));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.offset);
      this.offset += bytesRead;
      this.take(buffer.subarray(0, bytesRead).toString('latin1')); // the log is ASCII; a cut never falls inside a character
      return bytesRead === MAX_READ;
    } finally {
      await file.close();
    }
  }

  private begin(): void {
    this.offset = 0;
    this.rest = '';
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    const rows = lines.map(parseLogLine).filter((row) => row !== undefined);
    if (rows.length > 0) this.onRows(rows);
  }
}
