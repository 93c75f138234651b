/** Reads a file through a window: many small pieces that are close together take one system call. */
import type { FileHandle } from 'node:fs/promises';

const SMALLEST = 2 ** 9;
const LARGEST = 2 ** 20;

export class WindowReader {
  private window = Buffer.alloc(0);
  private windowStart = 0;
  private ahead = SMALLEST;

  constructor(private readonly file: FileHandle) {}

  /** The next pieces are within this many bytes; a value above the window size has no effect. */
  expect(span: number): void {
    this.ahead = span <= LARGEST ? Math.max(span, SMALLEST) : SMALLEST;
  }

  /** Fewer than `length` at the end of the file. The bytes are a view into the window. */
  async bytes(position: number, length: number): Promise<Buffer> {
    const from = position - this.windowStart;
    if (from < 0 || from + length > this.window.length) {
      const window = Buffer.alloc(Math.max(length, this.ahead));
      this.window = window.subarray(0, await this.fill(window, position));
      this.windowStart = position;
    }
    const start = position - this.windowStart;
    return this.window.subarray(start, start + length);
  }

  private async fill(window: Buffer, position: number): Promise<number> {
    let filled = 0;
    while (filled < window.length) {
      const { bytesRead } = await this.file.read(window, filled, window.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }
}
