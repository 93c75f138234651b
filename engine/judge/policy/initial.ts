/** What upstream's constructor puts into each tensor of a new policy, as a rule and as values. No tensors of a backend. */
import type { ParameterSpec, PolicySpec } from './spec.js';

/** A seeded stream of random numbers. */
export interface RandomSource {
  /** 32 random bits. */
  uint32(): number;
  /** Standard normal. */
  normal(): number;
}

export type InitialRule =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  /** A buffer that follows from the hyper-parameters. */
  | { readonly kind: 'computed'; readonly values: () => Float32Array };

const TRANSFORMER_STD = 0.02;

/**
 * The rule for one entry that is not the normaliser's: N(0, 0.02) for the transformer's matrices and positions, He's normal
 * (fan out) for ResNet's convolutions, PyTorch's default for the two layers after it, 1 and 0 for the norms.
 */
export function initialRule(spec: Omit<PolicySpec, 'parameters'>, entry: ParameterSpec): InitialRule {
  const name = entry.alias ?? entry.key;
  if (entry.kind === 'buffer') return bufferRule(spec, name);
  return name.startsWith('obs_encoder.')
    ? encoderRule(name, entry.shape)
    : transformerRule(name, entry.shape);
}

/** The values of a whole tensor, float32 in C order. */
export function initialValues(
  rule: InitialRule,
  shape: readonly number[],
  source: RandomSource,
): Float32Array {
  if (rule.kind === 'computed') return rule.values();
  const values = new Float32Array(shape.reduce((count, size) => count * size, 1));
  if (rule.kind === 'constant') return values.fill(rule.value);
  const draw =
    rule.kind === 'normal'
      ? () => source.normal() * rule.std
      : () => ((2 * source.uint32()) / 2 ** 32 - 1) * rule.bound;
  return values.map(draw);
}

function transformerRule(name: string, shape: readonly number[]): InitialRule {
  if (name.endsWith('pos_emb')) return { kind: 'normal', std: TRANSFORMER_STD };
  if (name.endsWith('bias')) return { kind: 'constant', value: 0 };
  return shape.length === 2 ? { kind: 'normal', std: TRANSFORMER_STD } : { kind: 'constant', value: 1 };
}

function encoderRule(name: string, shape: readonly number[]): InitialRule {
  if (name.includes('.pool.nets.')) return { kind: 'uniform', bound: 1 / Math.sqrt(512) };
  if (name.includes('.nets.3.')) return { kind: 'uniform', bound: 1 / Math.sqrt(64) };
  if (shape.length === 1) return { kind: 'constant', value: name.endsWith('weight') ? 1 : 0 };
  const [out, channels, height, width] = shape as [number, number, number, number];
  const replaced = height === 7 && channels !== 3; // the stem is a new layer when the image has no three channels
  if (replaced) return { kind: 'uniform', bound: 1 / Math.sqrt(channels * height * width) };
  return { kind: 'normal', std: Math.sqrt(2 / (out * height * width)) };
}

function bufferRule(spec: Omit<PolicySpec, 'parameters'>, name: string): InitialRule {
  if (name.endsWith('temperature')) return { kind: 'constant', value: 1 };
  return {
    kind: 'computed',
    values: () => {
      if (name === 'model.mask') return additiveMask(spec.horizon, spec.horizon, 0);
      if (name === 'model.memory_mask') return additiveMask(spec.horizon, 1 + spec.obsSteps, 1);
      return positions(spec.cropShape, name.endsWith('pos_x') ? 'x' : 'y');
    },
  };
}

/** 0 where step t may look at column s (s - lead ≤ t), minus infinity elsewhere; (steps, columns). */
function additiveMask(steps: number, columns: number, lead: number): Float32Array {
  return new Float32Array(steps * columns).map((_, index) => {
    const [step, column] = [Math.floor(index / columns), index % columns];
    return column - lead <= step ? 0 : Number.NEGATIVE_INFINITY;
  });
}

/** Coordinates of the feature map's cells in -1 … 1, row by row; ResNet-18 divides the crop by 32, rounding up. */
function positions(crop: readonly [number, number], axis: 'x' | 'y'): Float32Array {
  const [rows, columns] = [Math.ceil(crop[0] / 32), Math.ceil(crop[1] / 32)];
  const spread = (index: number, count: number) => (count === 1 ? -1 : (2 * index) / (count - 1) - 1);
  return new Float32Array(rows * columns).map((_, cell) =>
    axis === 'x' ? spread(cell % columns, columns) : spread(Math.floor(cell / columns), rows),
  );
}
