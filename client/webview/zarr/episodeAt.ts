/** Episodes by their cumulative ends. No page in here. */

export interface Episode {
  readonly number: number;
  /** Steps `start` … `end` - 1 of the data set. */
  readonly start: number;
  readonly end: number;
}

export function episodeOf(ends: readonly number[], number: number): Episode {
  return { number, start: ends[number - 1] ?? 0, end: ends[number]! };
}

/** The episode that a step belongs to; the last one for steps beyond. Undefined without an episode. */
export function episodeAt(ends: readonly number[], step: number): Episode | undefined {
  if (ends.length === 0) return undefined;
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return episodeOf(ends, low);
}

/** What a key of the keyboard does; undefined for others. */
type Command =
  | { readonly kind: 'step' | 'episode'; readonly by: number }
  | { readonly kind: 'play' | 'first' | 'last' };

export function commandFor(key: string, isShifted: boolean): Command | undefined {
  const by = isShifted ? 10 : 1;
  switch (key) {
    case 'ArrowRight':
      return { kind: 'step', by };
    case 'ArrowLeft':
      return { kind: 'step', by: -by };
    case ']':
      return { kind: 'episode', by: 1 };
    case '[':
      return { kind: 'episode', by: -1 };
    case ' ':
      return { kind: 'play' };
    case 'Home':
      return { kind: 'first' };
    case 'End':
      return { kind: 'last' };
    default:
      return undefined;
  }
}
