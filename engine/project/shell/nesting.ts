/** The compound commands that are open while a shell script is read. */
import type { Surroundings } from './syntax.js';

type FrameKind = 'if' | 'loop' | 'case' | 'group' | 'subshell' | 'substitution';

export interface Frame {
  readonly kind: FrameKind;
  readonly isFunction: boolean;
  /** In a `case`: a pattern comes next. */
  atPattern: boolean;
}

/** How far up the construct that a `fi` closes is searched for: scripts that a shell accepts nest less deeply. */
const MAX_LEFT_OPEN = 100;

export class Nesting {
  /** A function's name was read: the next opening bracket starts its body. */
  isFunctionNext = false;
  private readonly frames: Frame[] = [];
  private block = 0;
  private blocks = 0;
  private functions = 0;
  private subshells = 0;

  get depth(): number {
    return this.frames.length;
  }

  get top(): Frame | undefined {
    return this.frames.at(-1);
  }

  get surroundings(): Omit<Surroundings, 'isConditional'> {
    return { block: this.block, isInFunction: this.functions > 0, isInSubshell: this.subshells > 0 };
  }

  push(kind: FrameKind): void {
    if (this.frames.length === 0) {
      this.blocks += 1;
      this.block = this.blocks;
    }
    const frame = { kind, isFunction: this.isFunctionNext, atPattern: kind === 'case' };
    this.isFunctionNext = false;
    this.frames.push(frame);
    this.count(frame, 1);
  }

  pop(): void {
    this.count(this.frames.pop()!, -1);
    if (this.frames.length === 0) this.block = 0;
  }

  popTo(depth: number): void {
    while (this.frames.length > depth) this.pop();
  }

  /** Closes the innermost construct of this kind above `floor`, and what was left open inside it. */
  close(kind: FrameKind, floor: number): void {
    const lowest = Math.max(floor, this.frames.length - MAX_LEFT_OPEN);
    let depth = this.frames.length - 1;
    while (depth >= lowest && this.frames[depth]!.kind !== kind) depth -= 1;
    if (depth >= lowest) this.popTo(depth);
  }

  private count({ kind, isFunction }: Frame, by: 1 | -1): void {
    if (isFunction) this.functions += by;
    if (kind === 'subshell' || kind === 'substitution') this.subshells += by;
  }
}
