/** The loss and its gradients on the backend, added up over micro-batches. */
import * as tf from '@tensorflow/tfjs';
import { globalNorm } from '../backend/norm.js';
import { type Draw, Recorded } from '../backend/recorded.js';
import { BatchStatistics } from './batchStatistics.js';
import type { DropoutMask, MaskRequest } from './dropout.js';
import type { ParameterStore } from './parameters.js';

/** One micro-batch. */
interface LossCall {
  /** Every tensor of the micro-batch that `loss` uses, always in the same order. */
  readonly inputs: readonly tf.Tensor[];
  readonly draw: Draw<MaskRequest>;
  /** Differs between calls only in `inputs`, the parameters' values and the random draws. */
  readonly loss: (mask: DropoutMask, statistics: BatchStatistics) => tf.Scalar;
}

export interface LossFound {
  /** Unscaled. */
  readonly loss: number;
  /** L2 norm of this micro-batch's scaled gradients over all parameters; not finite where one of them is not. */
  readonly gradientNorm: number;
}

/** Sums gradients of `keys` until `clear`, as repeated backward passes do in PyTorch; a key that the loss does not depend on has none. */
export class GradientSum {
  private readonly sums = new Map<string, tf.Tensor>();
  private readonly recorded = new Recorded<MaskRequest>();
  /** Of `keys`, those that the loss depends on. */
  private reached: readonly string[] = [];
  /** Keys of the running statistics that the loss moves on. */
  private measured: readonly string[] = [];
  /** What the last micro-batch made of those. */
  private statistics: ReadonlyMap<string, tf.Tensor> = new Map();

  /** Each gradient counts `share` times (1 / micro-batches). */
  constructor(
    private readonly params: ParameterStore,
    private readonly keys: readonly string[] = params.trainable(),
    private readonly share = 1,
  ) {}

  /** By canonical key, in the layout of the store; they live until `clear`. */
  get gradients(): ReadonlyMap<string, tf.Tensor> {
    return this.sums;
  }

  /** Why the backend is slower than it could be, if it is. */
  get refusal(): string | undefined {
    return this.recorded.refusal;
  }

  /** Differentiates the loss and adds. */
  add({ inputs, draw, loss }: LossCall): LossFound {
    const { params, share } = this;
    const parameters = this.keys.map((key) => params.get(key));
    const [numbers, ...results] = this.recorded.run({
      inputs: [...params.filled().map((key) => params.get(key)), ...inputs],
      draw,
      compute: (drawn) => {
        const statistics = new BatchStatistics(params);
        const whole = () => loss(drawn, statistics);
        const scaled = () => (share === 1 ? whole() : tf.mul<tf.Scalar>(whole(), share));
        const { value, grads } = tf.engine().gradients(scaled, parameters);
        // A network may hold a layer that it never uses; tfjs has no gradient for it, whatever its types say.
        this.reached = this.keys.filter((_, index) => grads[index] !== undefined);
        const found = grads.filter((gradient) => gradient !== undefined);
        const next = statistics.take();
        this.measured = [...next.keys()];
        return [tf.stack([value, globalNorm(found)]), ...found, ...next.values()];
      },
    });
    for (const [index, key] of this.reached.entries()) this.addOne(key, results[index]!);
    const next = results.slice(this.reached.length);
    this.forget(new Map(this.measured.map((key, index) => [key, next[index]!])));
    const [value, norm] = numbers!.dataSync();
    numbers!.dispose();
    return { loss: value! / share, gradientNorm: norm! };
  }

  /** Moves the running statistics of BatchNorms on by the last micro-batch. */
  keepStatistics(): void {
    for (const [key, values] of this.statistics) this.params.writable(key).assign(values);
    this.forget();
  }

  clear(): void {
    tf.dispose([...this.sums.values()]);
    this.sums.clear();
  }

  dispose(): void {
    this.clear();
    this.forget();
    this.recorded.dispose();
  }

  private forget(next: ReadonlyMap<string, tf.Tensor> = new Map()): void {
    tf.dispose([...this.statistics.values()]);
    this.statistics = next;
  }

  private addOne(key: string, gradient: tf.Tensor): void {
    const sum = this.sums.get(key);
    this.sums.set(key, sum === undefined ? gradient : tf.add(sum, gradient));
    if (sum !== undefined) tf.dispose([sum, gradient]);
  }
}
