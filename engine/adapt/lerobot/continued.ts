/** Which old feature each feature of the new policy continues, and which of its entries. */
import type { PolicyFeatures } from '../../formats/lerobot/features.js';
import { type AxisSource, extended } from '../../judge/adapt/sources.js';
import type { AdaptPlan } from '../../judge/adapt/types.js';

/** Pictures have no source: their statistics are by channel. */
export interface Continued {
  readonly before: string;
  readonly from: AxisSource | undefined;
}

/** By the new policy's names, after renaming; a feature of another type is a new one. */
export function continuedFeatures(
  old: PolicyFeatures,
  now: PolicyFeatures,
  rename: ReadonlyMap<string, string>,
  { dimensions }: Pick<AdaptPlan, 'dimensions'>,
): ReadonlyMap<string, Continued> {
  const found = new Map<string, Continued>();
  for (const [name, before] of old.all) {
    const after = rename.get(name) ?? name;
    const feature = now.all.get(after);
    if (feature?.type !== before.type) continue;
    const isVector = before.shape.length === 1 && feature.shape.length === 1;
    const planned = dimensions.find(({ field }) => field === after)?.from;
    const byPosition = () => extended(before.shape[0]!, feature.shape[0]!); // of what the policy's network does not see
    found.set(after, { before: name, from: isVector ? (planned ?? byPosition()) : undefined });
  }
  return found;
}
