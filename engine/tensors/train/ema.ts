/** The exponential moving average (EMA) of the parameters. */
import * as tf from '@tensorflow/tfjs';
import { Recorded, undrawn } from '../backend/recorded.js';
import type { ParameterStore } from '../policy/parameters.js';

/** Averages `parameters` into `average`. */
export class Ema {
  private readonly blended = new Recorded();

  constructor(readonly average: ParameterStore) {}

  /** Buffers are not parameters and stay unchanged; so do keys not in `keys`. */
  update(parameters: ParameterStore, keys: readonly string[], decay: number): void {
    if (decay === 0) for (const key of keys) this.average.writable(key).assign(parameters.get(key));
    else this.blend(parameters, keys, decay);
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
