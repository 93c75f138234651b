/** Tells a panel that what it was read from is another on disk now. */
import { DiskWatch } from '../../engine/base/diskWatch.js';

/** Milliseconds between looks. */
const EVERY = 700;

export class InputWatch {
  private watch: DiskWatch | undefined;

  constructor(private readonly changed: (paths: readonly string[]) => void) {}

  /** All is about to be read anew: what was seen before no longer counts. */
  restart(): void {
    this.watch?.stop();
    this.watch = new DiskWatch({ changed: this.changed });
    this.watch.start(EVERY);
  }

  /** What is there now, before it is read. */
  async look(...paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.watch?.look(path)));
  }

  /** What somebody else saw there. */
  expect(path: string, stamp: string): void {
    this.watch?.expect(path, stamp);
  }

  dispose(): void {
    this.watch?.stop();
    this.watch = undefined;
  }
}
