/** What yauzl reads a directory through: a megabyte at a time, as it asks for each of thousands of entries twice. */
import type { FileHandle } from 'node:fs/promises';
import yauzl from 'yauzl';

const WINDOW = 2 ** 20;

export class WindowReader extends yauzl.RandomAccessReader {
  private window = Buffer.alloc(0);
  private windowStart = 0;

  constructor(private readonly file: FileHandle) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, length).then((bytes) => {
      bytes.copy(buffer, offset);
      callback(
        bytes.length === length ? null : new Error(`the file ends at byte ${position + bytes.length}`),
      );
    }, callback);
  }

  /** Fewer than `length` at the end of the file. */
  private async bytes(position: number, length: number): Promise<Buffer> {
    const from = position - this.windowStart;
    if (from < 0 || from + length > this.window.length) {
      const window = Buffer.alloc(Math.max(length, WINDOW));
      const { bytesRead } = await this.file.read(window, 0, window.length, position);
      this.window = window.subarray(0, bytesRead);
      this.windowStart = position;
    }
    const start = position - this.windowStart;
    return this.window.subarray(start, start + length);
  }
}
