/** AdamW (Loshchilov and Hutter 2019) over the groups of the policy's family. */
import * as tf from '@tensorflow/tfjs';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { OptimizerSettings } from '../../judge/policy/family.js';
import type { ParameterSpec } from '../../judge/policy/spec.js';
import type { Moments as HostMoments, TrainerSetup } from '../../training/loop/compute.js';
import { deviceArray } from '../backend/arrays.js';
import { AdamConstants, type AdamMoments, type DeviceArray } from '../backend/deviceArray.js';
import { deviceCopy, deviceShape, toDevice, toTorch } from '../policy/layout.js';
import { hostCopy, type ParameterStore } from '../policy/parameters.js';

/** By canonical key, in the layout of the store. A key without one is left unchanged, as in PyTorch. */
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
  private readonly slots: readonly Slot[];

  constructor(
    private readonly parameters: ParameterStore,
    private readonly settings: OptimizerSettings,
    multiplier?: TrainerSetup['multiplier'],
    moments: ReadonlyMap<string, HostMoments> = new Map(),
  ) {
    this.slots = slotsOf(parameters, settings, multiplier);
    for (const place of this.slots) {
      const before = moments.get(place.entry.key);
      if (before !== undefined) place.moments = onDevice(before, place.entry);
    }
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
    const [beta1, beta2] = this.settings.betas;
    // (1 - β1^t) / √(1 - β2^t), so that the second moment's root needs no separate correction.
    const root2 = Math.sqrt(1 - beta2 ** step);
    const correction = (1 - beta1 ** step) / root2;
    return new AdamConstants(beta1, beta2, rate / correction, this.settings.eps * root2);
  }

  private update(place: Slot, gradient: tf.Tensor, rate: number, constants: AdamConstants): void {
    const values = this.parameters.writable(place.entry.key);
    const factors = place.factors && tf.tensor(place.factors, [...values.shape]);
    decay(values, rate * place.decay, factors);
    if (factors === undefined && values.applyAdam) values.applyAdam(place.moments!, gradient, constants);
    else composedAdam(values, place.moments!, gradient, constants, factors);
  }

  /** Updates by key, of the parameters that had any. */
  steps(): Map<string, number> {
    return new Map(this.slots.flatMap(({ entry, moments }) => (moments ? [[entry.key, moments.step]] : [])));
  }

  /** In the state dict's layout. */
  async moment(key: string, which: 'mean' | 'square'): Promise<Float32Array> {
    const { entry, moments } = this.slots.find((place) => place.entry.key === key)!;
    return toTorch(await hostCopy(moments![which]), entry);
  }

  /** Frees the moments. */
  dispose(): void {
    for (const { moments } of this.slots) {
      moments?.mean.dispose();
      moments?.square.dispose();
    }
  }
}

function zeroMoments(entry: ParameterSpec): Moments {
  const size = entry.shape.reduce((product, side) => product * side, 1);
  const zeros = (): DeviceArray => deviceArray(new Float32Array(size), deviceShape(entry));
  return { step: 0, mean: zeros(), square: zeros() };
}

function onDevice({ step, mean, square }: HostMoments, entry: ParameterSpec): Moments {
  const array = (values: Float32Array) => deviceArray(deviceCopy(values, entry), deviceShape(entry));
  return { step, mean: array(mean), square: array(square) };
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

function slotsOf(
  { spec }: ParameterStore,
  settings: OptimizerSettings,
  multiplier: TrainerSetup['multiplier'],
): Slot[] {
  return familyOfSpec(spec)
    .parameterGroups(spec)
    .flatMap(({ name, parameters }) =>
      parameters.map((entry) => slot(entry, settings.weightDecay[name]!, multiplier?.(entry) ?? 1)),
    );
}

function slot(entry: ParameterSpec, decay: number, factor: number | Float32Array): Slot {
  const shared = { entry, decay, moments: undefined };
  return typeof factor === 'number'
    ? { ...shared, factor, factors: undefined }
    : { ...shared, factor: 1, factors: toDevice(factor, entry) };
}
