/**
 * Remembers what was seen at paths and reports when it changes. It polls the file system: no events come from network file systems,
 * from outside an editor's workspace, or from folders that are too large to be watched.
 */
import { stampOf } from './fileStamp.js';

interface DiskWatchOptions {
  /** Called once per round with the paths that have changed. */
  readonly changed: (paths: readonly string[]) => void;
  /** Paths that are remembered; beyond these, the least recently used is forgotten. */
  readonly maxPaths?: number;
  /** Paths polled in one round; where there are more, the most recently used are polled every time and the others take turns. */
  readonly perRound?: number;
}

const MAX_PATHS = 8192;
/** One look takes about 60 microseconds of computing. */
const PER_ROUND = 300;

export class DiskWatch {
  private readonly seen = new Map<string, string>();
  private readonly otherwise = new Set<string>();
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: DiskWatchOptions) {}

  /** Looks at what is there now; call it before reading, so that a change during the read is seen. */
  readonly look = async (path: string): Promise<string> => {
    const stamp = await stampOf(path);
    const before = this.seen.get(path);
    // Those who read the earlier state are told in the next round; the present caller needs no telling.
    if (before !== undefined && before !== stamp) this.otherwise.add(path);
    this.remember(path, stamp);
    return stamp;
  };

  /** Remembers a state that another process saw there. */
  expect(path: string, stamp: string): void {
    this.remember(path, stamp);
  }

  /** Starts a round this many milliseconds after the previous one ended; does not keep the process alive. */
  start(every: number): void {
    this.isStopped = false;
    const next = () => {
      this.timer = setTimeout(async () => {
        await this.round();
        if (this.timer !== undefined) next();
      }, every);
      this.timer.unref();
    };
    next();
  }

  /** Reports nothing from here on. */
  stop(): void {
    this.isStopped = true; // a round may be on its way
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Polls the paths whose turn it is, once. */
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
    if (this.otherwise.size === 0 || this.isStopped) return;
    const paths = [...this.otherwise];
    this.otherwise.clear();
    changed(paths);
  }

  /** The targets judged last are polled each time, since their paths were used last. */
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
