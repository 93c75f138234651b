/** The reference checkpoint of 7-D actions, and configs of trainings that its keys are explained against. */
import type { PlainMap } from '../../../engine/base/plain.js';
import { explainKey } from '../../../engine/judge/explain/key.js';
import type { ExplainTarget, KeyExplanation } from '../../../engine/judge/explain/types.js';
import { indexOf, newConfig } from '../../adapt/references.js';

export const index = indexOf('policy-7d.json');
export const targetOf = (resolved: PlainMap, overrides: readonly string[] = []): ExplainTarget => ({
  primary: '/robot/train.yaml',
  overrides,
  resolved,
  unresolved: resolved,
  provenance: new Map(),
});
export const changed = (change: PlainMap): PlainMap => ({
  ...newConfig,
  policy: { ...(newConfig.policy as PlainMap), ...change },
});
export const explain = (key: string, resolved = newConfig, stateDict?: string): KeyExplanation =>
  explainKey({ key, ...(stateDict && { stateDict }) }, { index, target: targetOf(resolved) });
