/**
 * Remembers what was seen at paths and tells when it is otherwise. It asks the file system itself: no event comes from network file systems,
 * from outside an editor's workspace, or from folders that are too large to be watched.
 */
import { stampOf } from './fileStamp.js';

interface DiskWatchOptions {
  /** Told once a round, with the paths that are otherwise than they were. */
  readonly changed: (paths: readonly string[]) => void;
  /** Paths that are remembered; beyond these the one that was looked at longest ago is forgotten. */
  readonly maxPaths?: number;
  /** Paths that are asked for in one round; of more, those that were looked at last are, and the others take turns. */
  readonly perRound?: number;
}

const MAX_PATHS = 8192;
/** A look takes some 60 microseconds of computing. */
const PER_ROUND = 300;

export class DiskWatch {
  private readonly seen = new Map<string, string>();
  private readonly otherwise = new Set<string>();
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: DiskWatchOptions) {}

  /** What is there now; call it before reading, so that a change while reading is seen. */
  readonly look = async (path: string): Promise<string> => {
    const stamp = await stampOf(path);
    const before = this.seen.get(path);
    // Whoever read the state before is told in the next round, not whoever asks now.
    if (before !== undefined && before !== stamp) this.otherwise.add(path);
    this.remember(path, stamp);
    return stamp;
  };

  /** Remembers what somebody else saw there. */
  expect(path: string, stamp: string): void {
    this.remember(path, stamp);
  }

  /** Asks every so many milliseconds after the answers came; the process may end meanwhile. */
  start(every: number): void {
    const next = () => {
      this.timer = setTimeout(async () => {
        await this.round();
        if (this.timer !== undefined) next();
      }, every);
      this.timer.unref();
    };
    next();
  }

  /** Nothing is told any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Asks once for those whose turn it is. */
  async round(): Promise<void> {
    const { changed } = this.options;
    await Promise.all(
      this.whoseTurn().map(async ([path, before]) => {
        const now = await stampOf(path);
        if (now === before || this.seen.get(path) !== before) return;
        this.seen.set(path, now);
        this.otherwise.add(path);
      }),
    );
    if (this.otherwise.size === 0) return;
    const paths = [...this.otherwise];
    this.otherwise.clear();
    changed(paths);
  }

  /** What was judged last is asked for each time: its paths were looked at last. */
  private whoseTurn(): readonly (readonly [path: string, stamp: string])[] {
    const { perRound = PER_ROUND } = this.options;
    const all = [...this.seen];
    if (all.length <= perRound) return all;
    const turns = Math.ceil(perRound / 2);
    const others = all.slice(0, turns - perRound);
    const start = this.turn % others.length;
    this.turn = start + turns;
    return [...all.slice(turns - perRound), ...[...others, ...others].slice(start, start + turns)];
  }

  private remember(path: string, stamp: string): void {
    this.seen.delete(path);
    this.seen.set(path, stamp);
    const [oldest] = this.seen.size > (this.options.maxPaths ?? MAX_PATHS) ? this.seen.keys() : [];
    if (oldest !== undefined) this.seen.delete(oldest);
  }
}
