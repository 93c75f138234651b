/** Conditions of a Python source that a config decides: `if cfg.training.use_ema:`. */

import type { Condition } from './blocks.js';
import type { ConfigPart } from './keysRead.js';

export interface ConfigCondition {
  /** Dotted. */
  readonly key: string;
  readonly isTrue: boolean;
}

/** Undefined where one of them depends on something else. */
export function configConditions(
  conditions: readonly Condition[],
  parts: readonly ConfigPart[],
): readonly ConfigCondition[] | undefined {
  const found = conditions.map((condition) => configCondition(condition, parts));
  return found.every((each) => each !== undefined) ? found : undefined;
}

export function configCondition(
  condition: Condition,
  parts: readonly ConfigPart[],
): ConfigCondition | undefined {
  const part = condition && parts.find(({ from, to }) => from === condition.from && to === condition.to);
  return part && { key: part.key, isTrue: condition.isTrue };
}
