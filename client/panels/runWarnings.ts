/** What a person should know about a run before trusting its curves. */

import { fixed } from '../../engine/base/numberText.js';
import { looksFromScratch } from '../../engine/formats/run/fromScratch.js';
import { clipped } from './clip.js';
import type { RunCurves } from './curves.js';
import type { Banner, JobState } from './panelMessages.js';

/** Somebody said that the run inherits weights: its start, its config, or the adaptation in its folder. */
export interface WeightsPromise {
  /** The checkpoint, as far as it is known. */
  readonly from: string;
  /** `reinit` draws the action layers anew, so first losses near 1 are what was asked for. */
  readonly strategy: string | undefined;
}

export interface RunFacts {
  readonly curves: RunCurves;
  readonly promise: WeightsPromise | undefined;
  readonly start: 'scratch' | 'weights' | 'resume' | undefined;
  readonly reason: string | undefined;
  readonly state: JobState;
}

export function runBanners(facts: RunFacts): Banner[] {
  return [failed(facts), scratch(facts), notFinite(facts)].flatMap((found) => found ?? []);
}

function failed({ state, reason }: RunFacts): Banner | undefined {
  if (state !== 'failed') return undefined;
  return { severity: 'error', code: 'failed', message: clipped(reason ?? 'It failed without a reason.') };
}

function scratch({ curves, promise, start }: RunFacts): Banner | undefined {
  const first = curves.firstLosses();
  if (promise === undefined) {
    if (start !== 'scratch') return undefined;
    return { severity: 'info', code: 'scratch', message: 'Training from scratch: no weights are inherited.' };
  }
  if (looksFromScratch(first) !== true) return undefined;
  const losses = `first losses ${first.map((loss) => fixed(loss, 2)).join(', ')}`;
  if (promise.strategy === 'reinit')
    return {
      severity: 'info',
      code: 'action-layers-fresh',
      message: `The action layers were drawn anew (strategy reinit), so the run begins near 1: ${losses}.`,
    };
  const from = promise.from === '' ? 'Weights were' : `The weights of ${promise.from} were`;
  return {
    severity: 'warning',
    code: 'started-from-scratch',
    message: clipped(
      `This run looks as if it began from scratch: ${losses}; an inherited policy begins far below 1. ${from} to be loaded, but nothing in these losses shows it. Stop it and look at how the checkpoint is loaded: a loop over the wrong keys, or load_state_dict(…, strict=False), loads nothing without a word. Adapt Checkpoint… makes one that loads.`,
    ),
  };
}

function notFinite({ curves: { notFinite: count, firstNotFinite } }: RunFacts): Banner | undefined {
  if (count === 0) return undefined;
  const many = count === 1 ? 'one loss is' : `${count} losses are`;
  return {
    severity: 'error',
    code: 'not-finite',
    message: `From step ${firstNotFinite} on ${many} no number (NaN or infinite): the weights are lost. Go back to an earlier checkpoint with a lower learning rate.`,
  };
}
