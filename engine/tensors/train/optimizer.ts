/** AdamW (Loshchilov and Hutter 2019) over the groups of the policy's family, with its state as the checkpoint holds it. */

import * as tf from '@tensorflow/tfjs';
import type { RegripError } from '../../base/errors.js';
import { float32Of, isFloat } from '../../formats/checkpoint/floats.js';
import { countNonFinite, notFiniteError } from '../../formats/checkpoint/nonFinite.js';
import type { CheckpointFile, OptimizerSource, TensorSource } from '../../formats/checkpoint/types.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { OptimizerSettings, ParameterGroup } from '../../judge/policy/family.js';
import { groupsInFile } from '../../judge/policy/fileGroups.js';
import { savedGroups } from '../../judge/policy/savedGroups.js';
import type { ParameterSpec } from '../../judge/policy/spec.js';
import { deviceArray } from '../backend/arrays.js';
import { AdamConstants, type AdamMoments, type DeviceArray } from '../backend/deviceArray.js';
import { deviceShape, toDevice, toTorch } from '../policy/layout.js';
import { hostCopy, type ParameterStore } from '../policy/parameters.js';
import { TensorError } from '../tensorError.js';

export interface AdamWOptions extends OptimizerSettings {
  /** A factor on the learning rate (including decay): one per parameter, or one per element in the state dict's layout. */
  readonly multiplier?: (entry: ParameterSpec) => number | Float32Array;
}

/** Gradients by canonical key, in the layout of the store. A key without one is left unchanged, as in PyTorch. */
type Gradients = ReadonlyMap<string, tf.Tensor>;

interface Slot {
  readonly entry: ParameterSpec;
  readonly decay: number;
  readonly factor: number;
  /** One per element, in the layout of the store, where they differ. */
  readonly factors: Float32Array | undefined;
  moments: Moments | undefined;
}
interface Moments extends AdamMoments {
  step: number;
}

export class AdamW {
  private groups: readonly ParameterGroup[];
  private slots: readonly Slot[];

  constructor(
    private readonly parameters: ParameterStore,
    private readonly options: AdamWOptions,
  ) {
    this.groups = familyOfSpec(parameters.spec).parameterGroups(parameters.spec);
    this.slots = slotsOf(this.groups, options);
  }

  /** One update at the learning rate `rate`. */
  step(gradients: Gradients, rate: number): void {
    const constants = new Map<string, AdamConstants>();
    tf.tidy(() => {
      for (const place of this.slots) {
        const gradient = gradients.get(place.entry.key);
        if (gradient === undefined) continue;
        place.moments ??= zeroMoments(place.entry);
        place.moments.step += 1;
        const [step, scaled] = [place.moments.step, rate * place.factor];
        const name = `${step} ${scaled}`;
        if (!constants.has(name)) constants.set(name, this.constants(step, scaled));
        tf.tidy(() => this.update(place, gradient, scaled, constants.get(name)!));
      }
    });
  }

  private constants(step: number, rate: number): AdamConstants {
    const [beta1, beta2] = this.options.betas;
    // (1 - β1^t) / √(1 - β2^t), so that the second moment's root needs no separate correction.
    const root2 = Math.sqrt(1 - beta2 ** step);
    const correction = (1 - beta1 ** step) / root2;
    return new AdamConstants(beta1, beta2, rate / correction, this.options.eps * root2);
  }

  private update(place: Slot, gradient: tf.Tensor, rate: number, constants: AdamConstants): void {
    const values = this.parameters.writable(place.entry.key);
    const factors = place.factors && tf.tensor(place.factors, [...values.shape]);
    decay(values, rate * place.decay, factors);
    if (factors === undefined && values.applyAdam) values.applyAdam(place.moments!, gradient, constants);
    else composedAdam(values, place.moments!, gradient, constants, factors);
  }

  /** Loads the moments of a checkpoint's `state_dicts.optimizer`; its groups must list the parameters in the same order. */
  async load(file: CheckpointFile): Promise<void> {
    const saved = file.index.optimizer;
    if (saved === undefined) throw unusable(file, 'it does not contain optimizer state');
    this.dispose();
    this.groups = groupsInFile(this.parameters.spec, saved) ?? this.groups;
    this.slots = slotsOf(this.groups, this.options);
    for (const [index, state] of saved.state) {
      const place = this.slots[index];
      if (place === undefined)
        throw unusable(
          file,
          `it has state for parameter ${index}, but this policy has ${this.slots.length} parameters`,
        );
      const read = async (info: typeof state.expAvg) => {
        if (info.shape.join() !== place.entry.shape.join() || !isFloat(info.dtype)) {
          const message = `the moments of ${place.entry.key} are ${info.dtype} [${info.shape}], expected floats [${place.entry.shape}]`;
          throw unusable(file, message);
        }
        const bytes = await file.read(info);
        const count = countNonFinite(bytes, info.dtype);
        const key = `optimizer.${index} (${place.entry.key})`;
        if (count > 0) throw notFiniteError(file.index.path, [{ key, count }]);
        const floats = float32Of(bytes, info.dtype);
        const values = toDevice(floats.slice(), place.entry);
        return deviceArray(values, deviceShape(place.entry));
      };
      dispose(place);
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
    return { paramGroups: savedGroups(this.groups, this.options, rate), state };
  }

  /** Frees the moments. */
  dispose(): void {
    for (const place of this.slots) dispose(place);
  }
}

function zeroMoments(entry: ParameterSpec): Moments {
  const size = entry.shape.reduce((product, side) => product * side, 1);
  const zeros = (): DeviceArray => deviceArray(new Float32Array(size), deviceShape(entry));
  return { step: 0, mean: zeros(), square: zeros() };
}

function dispose(place: Slot): void {
  place.moments?.mean.dispose();
  place.moments?.square.dispose();
  place.moments = undefined;
}

/** values ← values · (1 - amount · factors) */
function decay(values: DeviceArray, amount: number, factors: tf.Tensor | undefined): void {
  // As in PyTorch, a decay too small for float32 has no effect; the encoder's is an example.
  if (Math.fround(1 - amount) === 1) return;
  const kept = factors === undefined ? 1 - amount : tf.sub(1, tf.mul(factors, amount));
  const before = values.read();
  values.assign(tf.mul(before, kept));
  before.dispose();
}

/** The same in the backend's plain operations, for backends without the kernel and for rates that differ by element. */
function composedAdam(
  values: DeviceArray,
  { mean, square }: AdamMoments,
  gradient: tf.Tensor,
  { beta1, beta2, rate, eps }: AdamConstants,
  factors: tf.Tensor | undefined,
): void {
  const m = tf.add(tf.mul(mean.read(), beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(square.read(), beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const direction = tf.div(m, tf.add(tf.sqrt(v), eps));
  mean.assign(m);
  square.assign(v);
  values.subtract(factors === undefined ? direction : tf.mul(direction, factors), rate);
}

function slotsOf(groups: readonly ParameterGroup[], options: AdamWOptions): Slot[] {
  return groups.flatMap(({ name, parameters }) =>
    parameters.map((entry) => slot(entry, options.weightDecay[name]!, options)),
  );
}

function slot(entry: ParameterSpec, decay: number, options: AdamWOptions): Slot {
  const factor = entry.kind === 'normalizer' ? 1 : (options.multiplier?.(entry) ?? 1);
  const shared = { entry, decay, moments: undefined };
  return typeof factor === 'number'
    ? { ...shared, factor, factors: undefined }
    : { ...shared, factor: 1, factors: toDevice(factor, entry) };
}

function tensorSource(entry: ParameterSpec, name: string, array: DeviceArray): TensorSource {
  return {
    key: `${entry.key}.${name}`,
    shape: entry.shape,
    dtype: 'float32',
    read: async () => new Uint8Array(toTorch(await hostCopy(array), entry).buffer),
  };
}

function unusable(file: CheckpointFile, message: string): RegripError {
  return new TensorError({
    code: 'optimizer-state',
    file: file.index.path,
    message: `the checkpoint's optimizer state does not fit this policy: ${message}`,
    hint: 'Start without it: adapt the checkpoint with --optimizer reset.',
  });
}
