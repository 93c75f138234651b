/** Which steps of which episode make one training sample, as upstream's sampler counts them. */
import { roundHalfEven } from '../../base/rounding.js';
import { Pcg64 } from './pcg64.js';

/** A run of `length` steps that starts at `first`; steps outside the episode repeat its edge. */
export interface Window {
  readonly episode: number;
  /** First and one past the last row of the episode in the data set. */
  readonly episodeStart: number;
  readonly episodeEnd: number;
  /** Row of the window's first step; before `episodeStart` where the window is padded. */
  readonly first: number;
  readonly length: number;
}

interface WindowOptions {
  readonly length: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

/** Every window of the episodes in `mask`, in upstream's order. `episodeEnds` are cumulative ends. */
export function windowsOf(
  episodeEnds: readonly number[],
  mask: readonly boolean[],
  options: WindowOptions,
): Window[] {
  const clamp = (pad: number): number => Math.min(Math.max(pad, 0), options.length - 1);
  const before = clamp(options.padBefore);
  const after = clamp(options.padAfter);
  const windows: Window[] = [];
  for (const [episode, episodeEnd] of episodeEnds.entries()) {
    if (!mask[episode]) continue;
    const episodeStart = episode === 0 ? 0 : episodeEnds[episode - 1]!;
    const last = episodeEnd - options.length + after;
    for (let first = episodeStart - before; first <= last; first++)
      windows.push({ episode, episodeStart, episodeEnd, first, length: options.length });
  }
  return windows;
}

/** The data set's row of step `offset` of a window. */
export function rowAt(window: Window, offset: number): number {
  return Math.min(Math.max(window.first + offset, window.episodeStart), window.episodeEnd - 1);
}

/** Upstream's `get_val_mask`: true where an episode is kept for validation; at least one, at most all but one. */
export function validationMask(episodes: number, ratio: number, seed: number): boolean[] {
  const mask = new Array<boolean>(episodes).fill(false);
  if (ratio <= 0) return mask;
  const count = Math.min(Math.max(1, roundHalfEven(episodes * ratio)), episodes - 1);
  for (const episode of new Pcg64(seed).choice(episodes, count)) mask[episode] = true;
  return mask;
}

/** Upstream's `downsample_mask`: at most `max` of the marked episodes, drawn with `seed`. */
export function limitEpisodes(mask: readonly boolean[], max: number | undefined, seed: number): boolean[] {
  const marked = [...mask.keys()].filter((episode) => mask[episode]);
  if (max === undefined || marked.length <= max) return [...mask];
  const limited = new Array<boolean>(mask.length).fill(false);
  for (const drawn of new Pcg64(seed).choice(marked.length, Math.trunc(max))) limited[marked[drawn]!] = true;
  return limited;
}
