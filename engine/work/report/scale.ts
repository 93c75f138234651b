/** Maps values to positions along an axis, and chooses the round values shown beside it. */
import { exponential, rounded } from '../../base/numberText.js';

export interface Scale {
  /** 0 at the axis' beginning, 1 at its end. */
  readonly part: (value: number) => number;
  readonly ticks: readonly number[];
  readonly kind: 'linear' | 'log';
}

/** Above this ratio of highest to lowest, small values would be drawn on the axis. */
const LOG_RATIO = 25;

/** Logarithmic where that is allowed and all values are above zero and spread far. `values` are finite. */
export function scaleOf(
  values: readonly number[],
  options: { readonly log?: boolean; readonly unit?: boolean },
): Scale {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (values.length === 0) return linear(0, 1, 5);
  if (options.log === true && low > 0 && high / low > LOG_RATIO) return logarithmic(low, high);
  if (options.unit === true && low >= 0 && high <= 1) return linear(low >= 0.5 ? 0.5 : 0, 1, 5);
  // From zero where that costs little, or where a single value spans no range.
  const fromZero = low >= 0 && (low < 0.6 * high || low === high);
  return linear(fromZero ? 0 : low, low === high ? Math.max(high, 0) : high, 5);
}

/** For steps: starts and ends exactly where the values do. */
export function stepScale(low: number, high: number): Scale {
  const end = high > low ? high : low + 1;
  const step = Math.max(1, roundStep((end - low) / 6));
  return { kind: 'linear', part: (value) => (value - low) / (end - low), ticks: multiples(low, end, step) };
}

/** Widened to whole ticks. */
function linear(low: number, high: number, count: number): Scale {
  // Below this a double has no room for ticks, such as with a crafted tiny number.
  const least = Math.max(Math.abs(low), Math.abs(high), 1e-30) * 1e-9;
  const span = high - low > least ? high - low : Math.max(Math.abs(high), least);
  const step = roundStep(span / count);
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.ceil(high / step - 1e-9) * step;
  const end = to > from ? to : from + step;
  return {
    kind: 'linear',
    part: (value) => (value - from) / (end - from),
    ticks: multiples(from, end, step),
  };
}

function logarithmic(low: number, high: number): Scale {
  const from = Math.log10(low) - 0.02;
  const to = Math.log10(high) + 0.02;
  const all = (digits: readonly number[]): number[] => {
    const ticks: number[] = [];
    for (let power = Math.floor(from); power <= Math.ceil(to); power++)
      for (const digit of digits) ticks.push(Number(`${digit}e${power}`));
    return ticks.filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to);
  };
  const decades = all([1]);
  const stride = Math.ceil(decades.length / 7);
  return {
    kind: 'log',
    part: (value) => (Math.log10(value) - from) / (to - from),
    ticks: decades.length > 3 ? decades.filter((_, i) => i % stride === 0) : all([1, 2, 5]),
  };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return digit * power;
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Rounded, so that 3 · 0.1 is written as 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(rounded((first + i) * step, 12)));
}

/** A tick label with as few digits as needed. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size !== 0 && size < 1e-3))
    return exponential(value).replace('e+', 'e').replace('-', '−').replace('e−', 'e−');
  return value.toLocaleString('en', { maximumFractionDigits: 6 }).replaceAll(',', ' ').replace('-', '−');
}
