/** Frames around the shown step: requested a few at a time, the nearest first, and dropped when there are many. */

interface FrameKey {
  readonly camera: number;
  readonly step: number;
}

export type Frame = { readonly url: string } | { readonly problem: string };

interface FrameSource {
  /** Settles once the frame was put, or will never be. */
  readonly ask: (key: FrameKey) => Promise<unknown>;
  readonly forget: (url: string) => void;
  readonly arrived: (key: FrameKey) => void;
}

/** The server reads them one after the other; a second one waits so that it never idles. */
const AT_ONCE = 3;
/** Some ten kilobytes each. */
const MAX_FRAMES = 300;

export class FrameStore {
  /** The most recently used is last. */
  private readonly frames = new Map<string, Frame>();
  private readonly open = new Set<string>();
  private wanted: readonly FrameKey[] = [];
  /** Frames of a data set that has changed are dropped. */
  private generation = 0;

  constructor(private readonly source: FrameSource) {}

  /** The frames wanted from now on, the most urgent first; earlier wishes are no longer requested. */
  want(keys: readonly FrameKey[]): void {
    this.wanted = keys;
    this.fetch();
  }

  get(key: FrameKey): Frame | undefined {
    const name = nameOf(key);
    const frame = this.frames.get(name);
    if (frame === undefined) return undefined;
    this.frames.delete(name);
    this.frames.set(name, frame);
    return frame;
  }

  put(key: FrameKey, frame: Frame): void {
    const name = nameOf(key);
    this.drop(name);
    this.frames.set(name, frame);
    for (const oldest of this.frames.keys()) {
      if (this.frames.size <= MAX_FRAMES) break;
      this.drop(oldest);
    }
    this.source.arrived(key);
  }

  clear(): void {
    this.generation += 1;
    for (const name of [...this.frames.keys()]) this.drop(name);
    this.open.clear();
    this.wanted = [];
  }

  private fetch(): void {
    for (const key of this.wanted) {
      if (this.open.size >= AT_ONCE) return;
      const name = nameOf(key);
      if (this.frames.has(name) || this.open.has(name)) continue;
      this.open.add(name);
      void this.ask(key, name);
    }
  }

  private async ask(key: FrameKey, name: string): Promise<void> {
    const { generation } = this;
    await this.source.ask(key);
    if (generation !== this.generation) return;
    this.open.delete(name);
    // One that failed is not requested again until the step changes.
    if (!this.frames.has(name)) this.wanted = this.wanted.filter((other) => nameOf(other) !== name);
    this.fetch();
  }

  private drop(name: string): void {
    const frame = this.frames.get(name);
    if (frame !== undefined && 'url' in frame) this.source.forget(frame.url);
    this.frames.delete(name);
  }
}

function nameOf({ camera, step }: FrameKey): string {
  return `${camera}/${step}`;
}

/** Ahead in the direction of play, and fewer behind. */
const AHEAD = 10;
const BEHIND = 4;

/** The frame at `step` of each camera, then those around it inside its episode. */
export function around(
  step: number,
  { start, end }: { readonly start: number; readonly end: number },
  cameras: number,
  direction: 1 | -1,
): FrameKey[] {
  const ahead = Array.from({ length: AHEAD }, (_, i) => step + (i + 1) * direction);
  const behind = Array.from({ length: BEHIND }, (_, i) => step - (i + 1) * direction);
  return [step, ...ahead, ...behind]
    .filter((each) => each >= start && each < end)
    .flatMap((each) => Array.from({ length: cameras }, (_, camera) => ({ camera, step: each })));
}
