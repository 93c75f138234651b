/** AdamW (Loshchilov and Hutter 2019) over upstream's three groups, with its state as the checkpoint holds it. */

import { RegripError } from '../base/errors.js';
import type { PlainMap } from '../base/plain.js';
import type { CheckpointFile, OptimizerSource, TensorSource } from '../formats/checkpoint/types.js';
import { toDevice, toTorch } from '../policy/layout.js';
import type { ParameterStore } from '../policy/parameters.js';
import type { ParameterSpec } from '../policy/spec.js';
import { type GroupName, parameterGroups, savedGroups } from '../policy/specGroups.js';

export interface AdamWOptions {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly eps?: number;
  readonly transformerWeightDecay: number;
  readonly encoderWeightDecay: number;
  /** A factor on the learning rate (decay included): of a whole parameter, or of each element in the state dict's layout. */
  readonly multiplier?: (entry: ParameterSpec) => number | Float32Array;
}

/** Gradients by canonical key, in the layout of the store. A key without one is left alone, as torch leaves it. */
export type Gradients = ReadonlyMap<string, Float32Array>;

interface Slot {
  readonly entry: ParameterSpec;
  readonly decay: number;
  /** In the layout of the store; undefined is 1 everywhere. */
  readonly factors: Float32Array | undefined;
  readonly factor: number;
  moments: Moments | undefined;
}
interface Moments {
  step: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export class AdamW {
  private readonly slots: readonly Slot[];
  private readonly eps: number;

  constructor(
    private readonly parameters: ParameterStore,
    private readonly options: AdamWOptions,
  ) {
    this.eps = options.eps ?? 1e-8;
    this.slots = parameterGroups(parameters.spec).flatMap((group) =>
      group.parameters.map((entry) => slot(entry, decayOf(group.name, options), options)),
    );
  }

  /** One update at the learning rate `rate`. */
  step(gradients: Gradients, rate: number): void {
    for (const place of this.slots) {
      const gradient = gradients.get(place.entry.key);
      if (gradient === undefined) continue;
      place.moments ??= {
        step: 0,
        mean: new Float32Array(gradient.length),
        square: new Float32Array(gradient.length),
      };
      place.moments.step += 1;
      this.update(place, place.moments, gradient, rate);
      this.parameters.changed(place.entry.key);
    }
  }

  private update(place: Slot, moments: Moments, gradient: Float32Array, rate: number): void {
    const [beta1, beta2] = this.options.betas;
    const values = this.parameters.values(place.entry.key);
    const bias1 = 1 - beta1 ** moments.step;
    const root2 = Math.sqrt(1 - beta2 ** moments.step);
    const scaled = rate * place.factor;
    const constants = {
      beta1,
      beta2,
      bias: bias1 / root2,
      eps: this.eps * root2,
      rate: scaled,
      decay: place.decay,
    };
    if (place.factors === undefined) adamW(values, gradient, moments, constants);
    else adamWMasked(values, gradient, moments, constants, place.factors);
  }

  /** Takes the moments of a checkpoint's `state_dicts.optimizer`; its groups must list the parameters as this one's do. */
  async load(file: CheckpointFile): Promise<void> {
    const saved = file.index.optimizer;
    if (saved === undefined) throw unusable(file, 'it has no optimizer state');
    for (const [index, state] of saved.state) {
      const place = this.slots[index];
      if (place === undefined) throw unusable(file, `it has parameter ${index} of ${this.slots.length}`);
      const read = async (info: typeof state.expAvg) => {
        if (info.shape.join() !== place.entry.shape.join()) {
          const message = `the moments of ${place.entry.key} are [${info.shape}], expected [${place.entry.shape}]`;
          throw unusable(file, message);
        }
        const bytes = await file.read(info);
        return toDevice(new Float32Array(bytes.slice().buffer), place.entry.shape).slice();
      };
      place.moments = {
        step: state.step,
        mean: await read(state.expAvg),
        square: await read(state.expAvgSq),
      };
    }
  }

  /** For the writer; `rate` is the learning rate that torch would have in its groups (the next step's). */
  source(rate: number = this.options.learningRate): OptimizerSource {
    const state = new Map<
      number,
      OptimizerSource['state'] extends ReadonlyMap<number, infer State> ? State : never
    >();
    this.slots.forEach(({ entry, moments }, index) => {
      if (moments === undefined) return;
      state.set(index, {
        step: moments.step,
        expAvg: tensorSource(entry, 'exp_avg', moments.mean),
        expAvgSq: tensorSource(entry, 'exp_avg_sq', moments.square),
      });
    });
    return { paramGroups: this.paramGroups(rate), state };
  }

  private paramGroups(rate: number): PlainMap[] {
    const { learningRate, betas } = this.options;
    return savedGroups(this.parameters.spec, {
      ...{ rate, initialRate: learningRate, betas, eps: this.eps },
      decayOf: (group) => decayOf(group, this.options),
    });
  }
}

interface Constants {
  readonly beta1: number;
  readonly beta2: number;
  /** (1 - β1^t) / √(1 - β2^t), so that the second moment's root needs no division of its own. */
  readonly bias: number;
  readonly eps: number;
  readonly rate: number;
  readonly decay: number;
}

function adamW(values: Float32Array, gradient: Float32Array, moments: Moments, c: Constants): void {
  const { mean, square } = moments;
  const keep = 1 - c.rate * c.decay;
  const stride = c.rate / c.bias;
  const [take1, take2] = [1 - c.beta1, 1 - c.beta2];
  for (let i = 0; i < values.length; i += 1) {
    const g = gradient[i]!;
    const m = mean[i]! * c.beta1 + g * take1;
    const v = square[i]! * c.beta2 + g * g * take2;
    mean[i] = m;
    square[i] = v;
    values[i] = values[i]! * keep - (stride * m) / (Math.sqrt(v) + c.eps);
  }
}

function adamWMasked(
  values: Float32Array,
  gradient: Float32Array,
  moments: Moments,
  c: Constants,
  factors: Float32Array,
): void {
  const { mean, square } = moments;
  for (let i = 0; i < values.length; i += 1) {
    const g = gradient[i]!;
    mean[i] = mean[i]! * c.beta1 + g * (1 - c.beta1);
    square[i] = square[i]! * c.beta2 + g * g * (1 - c.beta2);
    const rate = c.rate * factors[i]!;
    const direction = mean[i]! / (c.bias * (Math.sqrt(square[i]!) + c.eps));
    values[i] = values[i]! * (1 - rate * c.decay) - rate * direction;
  }
}

function slot(entry: ParameterSpec, decay: number, options: AdamWOptions): Slot {
  const factor = options.multiplier?.(entry) ?? 1;
  const shared = { entry, decay, moments: undefined };
  return typeof factor === 'number'
    ? { ...shared, factor, factors: undefined }
    : { ...shared, factor: 1, factors: toDevice(factor, entry.shape) };
}

function decayOf(group: GroupName, options: AdamWOptions): number {
  if (group === 'encoder') return options.encoderWeightDecay;
  return group === 'decayed' ? options.transformerWeightDecay : 0;
}

function tensorSource(entry: ParameterSpec, name: string, values: Float32Array): TensorSource {
  return {
    key: `${entry.key}.${name}`,
    shape: entry.shape,
    dtype: 'float32',
    read: () => new Uint8Array(toTorch(values, entry.shape).slice().buffer),
  };
}

function unusable(file: CheckpointFile, message: string): RegripError {
  return new RegripError({
    code: 'optimizer-state',
    file: file.index.path,
    message: `the optimizer's state does not fit: ${message}`,
    hint: 'Start without it: adapt the checkpoint with --optimizer reset.',
  });
}
