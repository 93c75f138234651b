/** What a person should know about a run before trusting its curves. */

import { fixed } from '../../engine/base/numberText.js';
import { looksFromScratch } from '../../engine/formats/run/fromScratch.js';
import { clipped } from './clip.js';
import type { RunCurves } from './curves.js';
import type { Banner, JobState } from './panelMessages.js';

/** The run is supposed to inherit weights, according to its start, its config, or the adaptation in its folder. */
export interface WeightsPromise {
  /** The checkpoint, as far as it is known. */
  readonly from: string;
  /** `reinit` draws new action layers, so first losses near 1 are expected. */
  readonly strategy: string | undefined;
}

interface RunFacts {
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
  return {
    severity: 'error',
    code: 'failed',
    message: clipped(reason ?? 'It failed without giving a reason.'),
  };
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
      message: `The action layers were newly initialized (strategy reinit), so a start near 1 is expected: ${losses}.`,
    };
  const from = promise.from === '' ? 'Weights were' : `The weights of ${promise.from} were`;
  return {
    severity: 'warning',
    code: 'started-from-scratch',
    message: clipped(
      `This run appears to have started from scratch: ${losses}; an inherited policy starts far below 1. ${from} to be loaded, but these losses do not show it. Stop it and check how the checkpoint is loaded: a loop over the wrong keys, or load_state_dict(…, strict=False), silently loads nothing. Adapt Checkpoint… makes one that loads.`,
    ),
  };
}

function notFinite({ curves: { notFinite: count, firstNotFinite } }: RunFacts): Banner | undefined {
  if (count === 0) return undefined;
  const losses =
    count === 1
      ? `The loss of step ${firstNotFinite} is`
      : `${count} losses from step ${firstNotFinite} on are`;
  return {
    severity: 'error',
    code: 'not-finite',
    message: `${losses} NaN or infinite; these weights are unusable. Go back to an earlier checkpoint with a lower learning rate.`,
  };
}
