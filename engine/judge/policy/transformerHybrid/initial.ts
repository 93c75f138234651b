/** What upstream's constructor puts into a transformer hybrid policy. */
import type { InitialRule } from '../initial.js';
import { encoderBufferRule, encoderPlace, encoderRule } from '../robomimicEncoder.js';
import type { ParameterSpec } from '../spec.js';
import type { TransformerHybridSpec } from './spec.js';

const TRANSFORMER_STD = 0.02;

export function initialRule(entry: ParameterSpec, spec: TransformerHybridSpec): InitialRule {
  const name = entry.alias ?? entry.key;
  const isEncoder = encoderPlace(name) !== undefined;
  if (entry.kind === 'buffer')
    return isEncoder ? encoderBufferRule(name, spec.cropShape) : maskRule(name, spec);
  return isEncoder ? encoderRule(name, entry.shape) : transformerRule(name, entry.shape);
}

/** N(0, 0.02) for matrices and positions, 1 and 0 for norms and biases. */
function transformerRule(name: string, shape: readonly number[]): InitialRule {
  if (name.endsWith('pos_emb')) return { kind: 'normal', std: TRANSFORMER_STD };
  if (name.endsWith('bias')) return { kind: 'constant', value: 0 };
  return shape.length === 2 ? { kind: 'normal', std: TRANSFORMER_STD } : { kind: 'constant', value: 1 };
}

function maskRule(name: string, { horizon, obsSteps }: TransformerHybridSpec): InitialRule {
  const values = () =>
    name === 'model.mask' ? additiveMask(horizon, horizon, 0) : additiveMask(horizon, 1 + obsSteps, 1);
  return { kind: 'computed', values };
}

/** 0 where step t may look at column s (s - lead ≤ t), minus infinity elsewhere; (steps, columns). */
function additiveMask(steps: number, columns: number, lead: number): Float32Array {
  return new Float32Array(steps * columns).map((_, index) => {
    const [step, column] = [Math.floor(index / columns), index % columns];
    return column - lead <= step ? 0 : Number.NEGATIVE_INFINITY;
  });
}
