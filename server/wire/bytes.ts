/** Received bytes that are not used yet, in one buffer: however small the parts, it takes at most twice the bytes held. */
const FIRST_BYTES = 4096;

export class Bytes {
  private buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** A view, valid until the next `append`. */
  peek(count = this.length): Buffer {
    return this.buffer.subarray(this.start, Math.min(this.end, this.start + count));
  }

  append(chunk: Buffer): void {
    if (this.end + chunk.length > this.buffer.length) this.make(this.length + chunk.length);
    chunk.copy(this.buffer, this.end);
    this.end += chunk.length;
  }

  drop(count: number): void {
    this.start += count;
    if (this.length === 0) this.clear();
  }

  private clear(): void {
    this.start = 0;
    this.end = 0;
    if (this.buffer.length > FIRST_BYTES) this.buffer = Buffer.alloc(0);
  }

  private make(length: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, 2 * length));
    this.peek().copy(grown);
    this.end = this.length;
    this.start = 0;
    this.buffer = grown;
  }
}
