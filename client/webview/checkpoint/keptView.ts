/** What the page of a checkpoint remembers while it is hidden. */
import type { TreeFilter } from './moduleTree.js';

export interface KeptView extends TreeFilter {
  readonly stateDict: string | undefined;
  /** The name of the key that was active. */
  readonly key: string | undefined;
  /** Paths of modules. */
  readonly open: readonly string[] | undefined;
  readonly areValuesOpen: boolean;
}

/** What an earlier version kept may be anything. */
export function keptView(value: unknown): KeptView {
  const kept = (value ?? {}) as Partial<Record<keyof KeptView, unknown>>;
  const { open } = kept;
  return {
    text: textOf(kept.text) ?? '',
    isMismatchOnly: kept.isMismatchOnly === true,
    stateDict: textOf(kept.stateDict),
    key: textOf(kept.key),
    open: Array.isArray(open) ? open.filter((path): path is string => typeof path === 'string') : undefined,
    areValuesOpen: kept.areValuesOpen === true,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
