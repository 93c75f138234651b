/** The decay of the exponential moving average (EMA), with upstream's warm-up. */
import type { EmaOptions } from '../options.js';

export const EMA_DEFAULTS: EmaOptions = {
  updateAfterStep: 0,
  invGamma: 1,
  power: 0.75,
  minValue: 0,
  maxValue: 0.9999,
};

/** The decay of update `step` (0 for the first): 0 for the first two, then 1 - (1 + s/γ)^-power within its bounds. */
export function emaDecay(step: number, options: EmaOptions = EMA_DEFAULTS): number {
  const { updateAfterStep, invGamma, power, minValue, maxValue } = options;
  const counted = step - updateAfterStep - 1;
  if (counted <= 0) return 0;
  return Math.max(minValue, Math.min(1 - (1 + counted / invGamma) ** -power, maxValue));
}
