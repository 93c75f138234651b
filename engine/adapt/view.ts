/** A plan as a panel shows it: one row per key, in plain data. */

import { type DimensionsDocument, dimensionsDocument } from '../judge/adapt/dimensionText.js';
import { fillText, widenedText } from '../judge/adapt/text.js';
import type { KeyPlan, Loss } from '../judge/adapt/types.js';
import type { AdaptResult } from './adapt.js';
import { optimizerLine, warnings } from './describe.js';

interface KeyRow {
  readonly key: string;
  readonly fate: KeyPlan['fate'] | 'dropped';
  /** Shape in the old checkpoint; null where it has no such key, or it is in `dropped`. */
  readonly from: readonly number[] | null;
  /** Shape in the new one; null for a dropped key. */
  readonly to: readonly number[] | null;
  readonly detail: string;
}

export interface AdaptationRows {
  readonly source: string;
  readonly oldActionDim: number;
  readonly newActionDim: number;
  readonly strategy: string;
  readonly weights: string;
  readonly optimizer: string;
  /** The keys of the new policy in their order, then those of the old one of which nothing is kept. */
  readonly rows: readonly KeyRow[];
  readonly losses: readonly Loss[];
  readonly dimensions: readonly DimensionsDocument[];
  readonly warnings: readonly string[];
}

/** The losses stand for themselves, so the warnings do not repeat them. */
export function adaptationRows(result: AdaptResult): AdaptationRows {
  const { plan, old } = result;
  const shapes = new Map(
    Object.values(old.stateDicts).flatMap((tensors) =>
      tensors.map(({ key, shape }) => [key, shape] as const),
    ),
  );
  const dropped = plan.dropped.map((key): KeyRow => {
    const shape = shapes.get(key);
    return {
      key,
      fate: 'dropped',
      from: shape ?? null,
      to: null,
      detail: 'nothing of it is kept',
    };
  });
  return {
    source: old.path,
    oldActionDim: plan.oldActionDim,
    newActionDim: plan.newActionDim,
    strategy: plan.strategy,
    weights: plan.weights,
    optimizer: optimizerLine(plan),
    rows: [...plan.keys.map(rowOf), ...dropped],
    losses: plan.losses,
    dimensions: plan.dimensions.map(dimensionsDocument),
    warnings: [...result.notes, ...warnings({ ...result, plan: { ...plan, losses: [] } })],
  };
}

function rowOf(plan: KeyPlan): KeyRow {
  const { key, fate, shape, alias } = plan;
  const from = plan.fate === 'initialised' ? null : plan.source.shape;
  const detail = alias === undefined ? detailOf(plan) : `the same tensor as ${alias}`;
  return { key, fate, from, to: shape, detail };
}

/** What fills the entries that the old policy did not have; empty for a copied key. */
function detailOf(plan: KeyPlan): string {
  switch (plan.fate) {
    case 'copied':
      return '';
    case 'widened':
      return widenedText(plan);
    case 'initialised':
      return `${fillText(plan.fill)} (${plan.why})`;
    default:
      return plan satisfies never;
  }
}
