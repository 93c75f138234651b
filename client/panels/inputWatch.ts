/** Notifies a panel when its inputs have changed on disk. */
import { DiskWatch } from '../../engine/base/diskWatch.js';

/** Milliseconds between looks. */
const EVERY = 700;

export class InputWatch {
  private watch: DiskWatch | undefined;

  constructor(private readonly changed: (paths: readonly string[]) => void) {}

  /** Everything is about to be read anew: earlier states no longer matter. */
  restart(): void {
    this.watch?.stop();
    this.watch = new DiskWatch({ changed: this.changed });
    this.watch.start(EVERY);
  }

  /** What is there now, before it is read. */
  async look(...paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.watch?.look(path)));
  }

  /** Records a state that another process saw there. */
  expect(path: string, stamp: string): void {
    this.watch?.expect(path, stamp);
  }

  dispose(): void {
    this.watch?.stop();
    this.watch = undefined;
  }
}
