/** The exponential moving average (EMA) of the parameters, with upstream's warm-up of the decay. */
import * as tf from '@tensorflow/tfjs';
import type { EmaOptions } from '../../training/options.js';
import { Recorded, undrawn } from '../backend/recorded.js';
import type { ParameterStore } from '../policy/parameters.js';

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

/** Averages `parameters` into `average`; `step` is the counter that the checkpoint keeps. */
export class Ema {
  private readonly blended = new Recorded();

  constructor(
    readonly average: ParameterStore,
    readonly options: EmaOptions = EMA_DEFAULTS,
    public step = 0,
  ) {}

  /** Call it once per micro-batch. Returns the decay that was used. Buffers are not parameters and stay unchanged; so do keys not in `keys`. */
  update(parameters: ParameterStore, keys: readonly string[] = parameters.trainable()): number {
    const decay = emaDecay(this.step, this.options);
    if (decay === 0) for (const key of keys) this.average.writable(key).assign(parameters.get(key));
    else this.blend(parameters, keys, decay);
    this.step += 1;
    return decay;
  }

  dispose(): void {
    this.blended.dispose();
    this.average.dispose();
  }

  /** average ← average - (1 - decay) (average - values) */
  private blend(parameters: ParameterStore, keys: readonly string[], decay: number): void {
    const averages = keys.map((key) => this.average.get(key));
    const values = keys.map((key) => parameters.get(key));
    const rest = tf.scalar(1 - decay);
    const next = this.blended.run({
      inputs: [...averages, ...values, rest],
      draw: undrawn,
      compute: () => averages.map((average, i) => tf.sub(average, tf.mul(tf.sub(average, values[i]!), rest))),
    });
    for (const [i, key] of keys.entries()) this.average.writable(key).assign(next[i]!);
    tf.dispose([...next, rest]);
  }
}
