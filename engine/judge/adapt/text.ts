/** The words in which a key's fate is told, to a terminal and in an editor. */
import { rounded } from '../../base/numberText.js';
import type { Fill, KeyPlan } from './types.js';

type Widened = Extract<KeyPlan, { fate: 'widened' }>;

/** `new column 7: zero`; `rearranged` where nothing is new. */
export function widenedText(plan: Widened): string {
  const added = addedIndices(plan);
  return added.length === 0 ? 'rearranged' : `new ${partName(plan)} ${ranges(added)}: ${fillText(plan.fill)}`;
}

/** Along the widened axis. */
export function addedIndices({ from }: Widened): number[] {
  return from.flatMap((old, index) => (old === null ? [index] : []));
}

function partName({ axis, shape }: Widened): string {
  if (shape.length === 1) return 'entry';
  return axis === 0 ? 'row' : 'column';
}

export function fillText(fill: Fill): string {
  switch (fill.kind) {
    case 'constant':
      return fill.value === 0 ? 'zero' : String(fill.value);
    case 'normal':
      return `N(0, ${rounded(fill.std, 3)})`;
    case 'uniform':
      return `uniform in ±${rounded(fill.bound, 3)}`;
    case 'computed':
      return 'computed';
    case 'fitted':
      return 'fitted on the new data set';
    default:
      return fill satisfies never;
  }
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** 0, 1, 2, 5 → 0–2, 5 */
export function ranges(indices: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
}
