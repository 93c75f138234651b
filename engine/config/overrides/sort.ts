/** `sort(…)` of an override, as Python compares: numbers with numbers, text with text, lists entry by entry. */
import { asNumber } from '../../base/plain.js';
import { isTextLess, Refused } from '../python/ops.js';
import { samePlain } from '../python/value.js';
import type { OverrideValue } from './value.js';

export function sortedValues(items: readonly OverrideValue[], reverse: boolean): readonly OverrideValue[] {
  if (items.length < 2) return items;
  return [...items].sort((a, b) => (reverse ? order(b, a) : order(a, b)));
}

function order(a: OverrideValue, b: OverrideValue): number {
  if (isLess(a, b)) return -1;
  return isLess(b, a) ? 1 : 0;
}

function isLess(a: OverrideValue, b: OverrideValue): boolean {
  if (a.kind === 'list' && b.kind === 'list') {
    const at = a.items.findIndex((item, index) => !isSame(item, b.items[index]));
    if (at < 0 || at >= b.items.length) return at < 0 && a.items.length < b.items.length;
    return isLess(a.items[at]!, b.items[at]!);
  }
  if (a.kind !== 'scalar' || b.kind !== 'scalar' || a.quote !== undefined || b.quote !== undefined)
    throw incomparable();
  const [x, y] = [comparable(a.value), comparable(b.value)];
  if (typeof x !== 'string' && typeof y !== 'string') return x < y;
  if (typeof x === 'string' && typeof y === 'string') return isTextLess(x, y);
  throw incomparable();
}

function comparable(value: unknown): string | number | bigint {
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  const number = typeof value === 'boolean' ? Number(value) : asNumber(value as number);
  if (number === undefined) throw incomparable();
  return number;
}

function isSame(a: OverrideValue, b: OverrideValue | undefined): boolean {
  if (b === undefined || a.kind !== b.kind) return false;
  if (a.kind === 'scalar' && b.kind === 'scalar') return a.quote === b.quote && samePlain(a.value, b.value);
  if (a.kind !== 'list' || b.kind !== 'list') return false;
  return a.items.length === b.items.length && a.items.every((item, index) => isSame(item, b.items[index]));
}

function incomparable(): Refused {
  return new Refused('sorts values that Python cannot compare');
}
