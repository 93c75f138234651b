/** The exponential moving average (EMA) of the parameters. */
import * as tf from '@tensorflow/tfjs';
import { batchNorms, moduleOf } from '../../judge/policy/batchNorm.js';
import { Recorded, undrawn } from '../backend/recorded.js';
import { copyStatistics } from '../policy/batchStatistics.js';
import type { ParameterStore } from '../policy/parameters.js';

/** Averages `parameters` into `average`. */
export class Ema {
  private readonly blended = new Recorded();
  private readonly norms: ReadonlySet<string>;

  constructor(readonly average: ParameterStore) {
    this.norms = batchNorms(average.spec.parameters);
  }

  /**
   * Keys not in `keys` stay unchanged. BatchNorms are copied whole: their scales and shifts as upstream does it, and with them the running
   * statistics, which upstream leaves as they were when the average was made, so that its average normalises by what no image has.
   */
  update(parameters: ParameterStore, keys: readonly string[], decay: number): void {
    const isNorm = (key: string): boolean => this.norms.has(moduleOf(key));
    const copied = decay === 0 ? keys : keys.filter(isNorm);
    for (const key of copied) this.average.writable(key).assign(parameters.get(key));
    const blended = decay === 0 ? [] : keys.filter((key) => !isNorm(key));
    if (blended.length > 0) this.blend(parameters, blended, decay);
    copyStatistics(parameters, this.average, new Set(keys.filter(isNorm).map(moduleOf)));
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
