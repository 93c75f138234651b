/** The new entries that have their source so far, while a map is put together. Each old entry is used once at most. */
import { type Dimensions, type Run, widthOf } from '../policy/dimensions.js';
import type { AxisSource } from './sources.js';

/** What is mapped; both sides have all their entries, in runs with a name or without one. */
export interface MappedField {
  /** `action` or the new policy's observation. */
  readonly field: string;
  readonly old: Dimensions;
  readonly now: Dimensions;
}

interface PlacedRun extends Run {
  readonly start: number;
}

export class Placed {
  /** Undefined where nothing is known yet, null where the entry is new. */
  private readonly source: (number | null | undefined)[];
  private readonly used = new Set<number>();
  private readonly byPlace = new Set<number>();
  /** Names that the map gives, with their places. */
  readonly named: PlacedRun[] = [];

  constructor({ now }: MappedField) {
    this.source = new Array<undefined>(widthOf(now)).fill(undefined);
  }

  at(index: number): number | null | undefined {
    return this.source[index];
  }

  put(start: number, from: number | null, width: number): void {
    for (let step = 0; step < width; step += 1) {
      this.source[start + step] = from === null ? null : from + step;
      if (from !== null) this.used.add(from + step);
    }
  }

  /** Neither a map nor a name says so, only the order. */
  putByPlace(index: number, from: number): void {
    this.put(index, from, 1);
    this.byPlace.add(index);
  }

  isByPlace(index: number): boolean {
    return this.byPlace.has(index);
  }

  /** It becomes a new one after all. */
  clear(index: number): void {
    this.source[index] = null;
  }

  isFree(start: number, width: number): boolean {
    if (start + width > this.source.length) return false;
    for (let at = start; at < start + width; at += 1) if (this.source[at] !== undefined) return false;
    return true;
  }

  isUnused(start: number, width: number): boolean {
    for (let at = start; at < start + width; at += 1) if (this.used.has(at)) return false;
    return true;
  }

  /** The first place of so many free entries from `start` on. */
  room(width: number, start = 0): number | undefined {
    for (let at = start; at + width <= this.source.length; at += 1) if (this.isFree(at, width)) return at;
    return undefined;
  }

  /** What is known so far goes up with the places. */
  keepsOrder(): boolean {
    const known = this.source.filter((from) => typeof from === 'number');
    return known.every((from, index) => index === 0 || from > known[index - 1]!);
  }

  /** For each entry the source of the first one behind it that continues an old one, else `end`. */
  sourcesBehind(end: number): number[] {
    const behind = new Array<number>(this.source.length);
    let next = end;
    for (let index = this.source.length - 1; index >= 0; index -= 1) {
      behind[index] = next;
      next = this.source[index] ?? next;
    }
    return behind;
  }

  sources(): AxisSource {
    return this.source.map((from) => from ?? null);
  }
}
