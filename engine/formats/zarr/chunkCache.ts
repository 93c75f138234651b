/** Decoded chunks, the least recently used forgotten first; a chunk that is asked for twice at once is decoded once. */
export class ChunkCache {
  private readonly entries = new Map<
    string,
    { readonly chunk: Promise<Uint8Array>; readonly bytes: number }
  >();
  private held = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string, bytes: number, decode: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known.chunk;
    }
    const entry = { chunk: decode(), bytes };
    this.entries.set(key, entry);
    this.held += bytes;
    entry.chunk.catch(() => this.forget(key, entry));
    this.shrink();
    return entry.chunk;
  }

  clear(): void {
    this.entries.clear();
    this.held = 0;
  }

  private shrink(): void {
    for (const [key, entry] of this.entries) {
      if (this.held <= this.maxBytes || this.entries.size === 1) return;
      this.forget(key, entry);
    }
  }

  private forget(key: string, entry: { readonly bytes: number }): void {
    if (this.entries.get(key) !== entry) return;
    this.entries.delete(key);
    this.held -= entry.bytes;
  }
}
