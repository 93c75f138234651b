/** Lines of a stream of bytes, held in one buffer of bounded size: a line that arrives byte by byte takes no more memory than one that arrives at once. */

const NEW_LINE = 0x0a;
const FIRST_BYTES = 4096;

export class LineBuffer {
  private held = Buffer.alloc(0);
  private length = 0;

  /** `tooLong` makes the error for a line of more than `limit` bytes. */
  constructor(
    private readonly limit: number,
    private readonly tooLong: (bytes: number) => Error,
  ) {}

  /** Each line that `chunk` ends, without its line feed. */
  *take(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, from)) {
      const line = this.ended(chunk.subarray(from, end));
      from = end + 1;
      yield line;
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
  }

  /** Frees the memory of an unfinished line. */
  clear(): void {
    this.held = Buffer.alloc(0);
    this.length = 0;
  }

  private ended(part: Buffer): string {
    if (this.length > 0) {
      this.keep(part);
      const line = this.held.toString('utf8', 0, this.length);
      this.clear();
      return line;
    }
    if (part.length > this.limit) throw this.tooLong(part.length);
    return part.toString('utf8');
  }

  private keep(part: Buffer): void {
    const length = this.length + part.length;
    if (length > this.limit) throw this.tooLong(length);
    if (length > this.held.length) this.grow(length);
    part.copy(this.held, this.length);
    this.length = length;
  }

  private grow(length: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.min(this.limit, Math.max(FIRST_BYTES, 2 * length)));
    this.held.copy(grown, 0, 0, this.length);
    this.held = grown;
  }
}
