/** Limits of requests: panels send what the user typed or dragged. */
import { MAX_POINTS } from './decimate.js';
import { ReaderError } from './readerErrors.js';

export function isIndex(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length;
}

/** Whether `from` … `to` - 1 lie within `length`. */
export function isRange(from: number, to: number, length: number): boolean {
  return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= length;
}

export function requirePoints(path: string, maxPoints: number): void {
  if (Number.isInteger(maxPoints) && maxPoints >= 2 && maxPoints <= MAX_POINTS) return;
  throw new ReaderError(
    'reader-request',
    path,
    `${maxPoints} points were requested, but only 2 to ${MAX_POINTS} are possible`,
  );
}
