/** `adaptation.json` of a run folder: where the inherited weights came from and what was widened in them. */
import { asNumber, at, isPlainMap, type Plain } from '../../base/plain.js';

export interface AdaptationSummary {
  readonly version: 1;
  /** The checkpoint that the run started from. */
  readonly from: string;
  readonly strategy: string;
  /** Which of the old policy's weights: `ema` or `model`. */
  readonly weights: string;
  readonly oldActionDim: number;
  readonly newActionDim: number;
  /** Shapes before and after, in the order of the state dict; a first size of 0 was drawn anew. */
  readonly widened: readonly {
    readonly key: string;
    readonly from: readonly number[];
    readonly to: readonly number[];
  }[];
}

/** From a checkpoint's pickle `regrip_adaptation`; undefined where it is not one. */
export function adaptationSummary(from: string, record: Plain | undefined): AdaptationSummary | undefined {
  const oldActionDim = asNumber(at(record, ['old_action_dim']));
  const newActionDim = asNumber(at(record, ['new_action_dim']));
  const widened = at(record, ['widened']);
  if (oldActionDim === undefined || newActionDim === undefined || !isPlainMap(widened)) return undefined;
  return {
    version: 1,
    from,
    strategy: textOf(at(record, ['strategy'])),
    weights: textOf(at(record, ['weights'])),
    oldActionDim,
    newActionDim,
    widened: Object.entries(widened).map(([key, entry]) => ({ key, ...shapesOf(entry) })),
  };
}

/** From the file's JSON; undefined where it is something else. */
export function parseAdaptation(value: Plain): AdaptationSummary | undefined {
  const oldActionDim = asNumber(at(value, ['oldActionDim']));
  const newActionDim = asNumber(at(value, ['newActionDim']));
  const widened = at(value, ['widened']);
  if (oldActionDim === undefined || newActionDim === undefined || !Array.isArray(widened)) return undefined;
  return {
    version: 1,
    from: textOf(at(value, ['from'])),
    strategy: textOf(at(value, ['strategy'])),
    weights: textOf(at(value, ['weights'])),
    oldActionDim,
    newActionDim,
    widened: widened.map((entry: Plain) => ({ key: textOf(at(entry, ['key'])), ...shapesOf(entry) })),
  };
}

function shapesOf(entry: Plain): { readonly from: number[]; readonly to: number[] } {
  return { from: numbersOf(at(entry, ['from'])), to: numbersOf(at(entry, ['to'])) };
}

function textOf(value: Plain | undefined): string {
  return typeof value === 'string' ? value : 'unknown';
}

function numbersOf(value: Plain | undefined): number[] {
  return Array.isArray(value) ? value.flatMap((one: Plain) => asNumber(one) ?? []) : [];
}
