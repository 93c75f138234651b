/** The words in which a key's fate is told, to a terminal and in an editor. */
import { rounded } from '../../base/numberText.js';
import { shownName } from '../../base/shown.js';
import { namesIn, runName } from '../policy/dimensions.js';
import type { Fill, KeyPlan } from './types.js';

type Widened = Extract<KeyPlan, { fate: 'widened' }>;

/** `new column 7 (gripper): zero`; where old entries change places or go, that stands before it. */
export function widenedText(plan: Widened): string {
  const added = addedIndices(plan);
  const names = addedNames(plan);
  const fresh = `new ${partName(plan, added.length)} ${ranges(added)}${names}: ${fillText(plan.fill)}`;
  return [...movedText(plan), ...(added.length === 0 ? [] : [fresh])].join(', ');
}

/** Along the widened axis. */
export function addedIndices({ from }: Widened): number[] {
  return from.flatMap((old, index) => (old === null ? [index] : []));
}

/** Runs of entries that a line tells. */
const MAX_RUNS = 4;
const MAX_NAMES = 6;

function movedText({ axis, shape, from, source, names = [] }: Widened): string[] {
  const kept = from.filter((old) => old !== null);
  if (kept.every((old, index) => index === 0 || old > kept[index - 1]!)) {
    const lost = source.shape[axis]! - kept.length;
    if (lost === 0) return [];
    const gone = Array.from({ length: source.shape[axis]! }, (_, index) => index).filter(
      (old) => !kept.includes(old),
    );
    return [`old ${partName({ axis, shape }, lost)} ${ranges(gone)} dropped`];
  }
  const runs = movedRuns(from);
  if (runs.length > MAX_RUNS) return ['rearranged'];
  const texts = runs.map(({ start, old, width }) => {
    const name = runName(names, start, width);
    const target = name === undefined ? span(start, width) : `${span(start, width)} (${shownName(name)})`;
    return `${target} ← old ${span(old, width)}`;
  });
  return [`${partName({ axis, shape }, 2)} ${texts.join(', ')}`];
}

function movedRuns(from: Widened['from']): { start: number; old: number; width: number }[] {
  const runs: { start: number; old: number; width: number }[] = [];
  from.forEach((old, start) => {
    const last = runs.at(-1);
    if (old === null) return;
    if (last !== undefined && last.start + last.width === start && last.old + last.width === old)
      last.width += 1;
    else runs.push({ start, old, width: 1 });
  });
  return runs;
}

/** ` (gripper)`: what is new along it; nothing where that has no names. */
export function addedNames(plan: Widened): string {
  const names = namesIn(plan.names ?? [], addedIndices(plan));
  if (names.length === 0) return '';
  const shown = names.slice(0, MAX_NAMES).map((name) => shownName(name));
  return ` (${[...shown, ...(names.length > MAX_NAMES ? ['…'] : [])].join(', ')})`;
}

function span(start: number, width: number): string {
  return width === 1 ? String(start) : `${start}–${start + width - 1}`;
}

function partName({ axis, shape }: Pick<Widened, 'axis' | 'shape'>, count: number): string {
  if (shape.length === 1) return count === 1 ? 'entry' : 'entries';
  const part = axis === 0 ? 'row' : 'column';
  return count === 1 ? part : `${part}s`;
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
