/** A policy in training in Python. */
import { familyOfSpec } from '../../../judge/policy/families.js';
import type { Batch, Crop } from '../../../training/loop/batches.js';
import type {
  ComputedPolicy,
  LossFound,
  TrainDraws,
  Trainer,
  TrainerSetup,
} from '../../../training/loop/compute.js';
import {
  batchArrays,
  cropArrays,
  drawArrays,
  framesArray,
  modelArrays,
  specArguments,
  valueArrays,
} from './arrays.js';
import { computed } from './computed.js';
import type { Arrays } from './frames.js';
import type { TorchProcess } from './process.js';

export async function openTrainer(child: TorchProcess, setup: TrainerSetup): Promise<Trainer> {
  const { spec, weights, average, trained, share } = setup;
  await child.call(
    'trainer',
    {
      spec: specArguments(spec),
      has_average: average !== undefined,
      trained,
      share,
      optimizer: optimizerArguments(setup),
    },
    {
      ...modelArrays(spec, weights),
      ...(average !== undefined && valueArrays(spec, 'average', average)),
      ...factorArrays(setup),
      ...momentArrays(setup),
    },
  );
  return new TorchTrainer(child, setup);
}

class TorchTrainer implements Trainer {
  readonly evaluated: ComputedPolicy;
  readonly refusal = undefined;

  constructor(
    private readonly child: TorchProcess,
    private readonly setup: TrainerSetup,
  ) {
    this.evaluated = computed(child, setup.spec);
  }

  async accumulate(batch: Batch, draws: TrainDraws): Promise<LossFound> {
    const { spec } = this.setup;
    const arrays = { ...batchArrays(spec, batch), ...drawArrays(spec, draws) };
    const args = { dropout_seed: draws.dropoutSeed };
    const { result } = await this.child.call<{ loss: number; gradient_norm: number }>(
      'accumulate',
      args,
      arrays,
    );
    return { loss: result.loss, gradientNorm: result.gradient_norm };
  }

  async keepStatistics(): Promise<void> {
    await this.child.call('keep_statistics');
  }

  async badGradients(): Promise<readonly string[]> {
    return (await this.child.call<string[]>('bad_gradients')).result;
  }

  async update(learningRate: number): Promise<void> {
    await this.child.call('update', { rate: learningRate });
  }

  async blend(decay: number): Promise<void> {
    await this.child.call('blend', { decay });
  }

  async encodeFrames(camera: string, frames: Uint8Array, crops: readonly Crop[]): Promise<Float32Array[]> {
    const { spec } = this.setup;
    const arrays: Arrays = {
      frames: framesArray(spec, camera, frames),
      ...Object.assign({}, ...crops.map((crop, index) => cropArrays(String(index), crop))),
    };
    const answer = await this.child.call('encode', { camera, crops: crops.length }, arrays);
    return crops.map((_, index) => answer.arrays.get(String(index))!);
  }

  async values(of: 'model' | 'average', key: string): Promise<Float32Array> {
    return (await this.child.call('values', { of, key })).arrays.get('values')!;
  }

  async steps(): Promise<ReadonlyMap<string, number>> {
    return new Map(Object.entries((await this.child.call<Record<string, number>>('steps')).result));
  }

  async moment(key: string, which: 'mean' | 'square'): Promise<Float32Array> {
    return (await this.child.call('moment', { key, which })).arrays.get('values')!;
  }

  dispose(): void {
    this.child.close();
  }
}

function optimizerArguments({ spec, optimizer, multiplier, moments }: TrainerSetup) {
  const groups = familyOfSpec(spec).parameterGroups(spec);
  const factors = groups
    .flatMap(({ parameters }) => parameters)
    .flatMap((entry) => {
      const factor = entry.kind === 'normalizer' ? 1 : (multiplier?.(entry) ?? 1);
      return typeof factor === 'number' && factor !== 1 ? [[entry.key, factor] as const] : [];
    });
  return {
    groups: groups.map(({ name, parameters }) => ({
      weight_decay: optimizer.weightDecay[name]!,
      keys: parameters.map(({ key }) => key),
    })),
    betas: optimizer.betas,
    eps: optimizer.eps,
    factors: Object.fromEntries(factors),
    steps: Object.fromEntries([...moments].map(([key, { step }]) => [key, step])),
  };
}

function factorArrays({ spec, multiplier }: TrainerSetup): Arrays {
  const entries = spec.parameters.flatMap((entry) => {
    const factor = entry.kind === 'normalizer' || entry.alias !== undefined ? 1 : multiplier?.(entry);
    if (factor === undefined || typeof factor === 'number') return [];
    return [[`factor.${entry.key}`, { values: factor, shape: entry.shape }] as const];
  });
  return Object.fromEntries(entries);
}

function momentArrays({ spec, moments }: TrainerSetup): Arrays {
  const shapes = new Map(spec.parameters.map(({ key, shape }) => [key, shape]));
  const entries = [...moments].flatMap(([key, { mean, square }]) => {
    const shape = shapes.get(key)!;
    return [
      [`mean.${key}`, { values: mean, shape }] as const,
      [`square.${key}`, { values: square, shape }] as const,
    ];
  });
  return Object.fromEntries(entries);
}
