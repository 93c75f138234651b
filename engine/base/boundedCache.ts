/** Values by key up to a number of bytes, the least recently used forgotten first. */

export class BoundedCache<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  private held = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string): Value | undefined {
    const found = this.entries.get(key);
    if (found === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, found);
    return found.value;
  }

  /** A value that is larger than all that may be held is not kept. */
  set(key: string, value: Value, bytes: number): void {
    this.forget(key);
    if (bytes > this.maxBytes) return;
    this.entries.set(key, { value, bytes });
    this.held += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.held <= this.maxBytes) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.held -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }
}
