/** What upstream's constructor puts into a diffusion transformer. */
import type { InitialRule } from '../initial.js';
import type { ParameterSpec } from '../spec.js';
import type { DiffusionTransformer } from './spec.js';

const STD = 0.02;

/** N(0, 0.02) for matrices and positions, 1 and 0 for norms and biases. */
export function transformerRule(
  { key, kind, shape }: ParameterSpec,
  network: DiffusionTransformer,
): InitialRule {
  if (kind === 'buffer') return maskRule(key, network);
  // Upstream leaves the positions of the condition at zero where it is the diffusion step alone.
  if (key.endsWith('.cond_pos_emb') && network.condWidth === 0) return { kind: 'constant', value: 0 };
  if (key.endsWith('pos_emb')) return { kind: 'normal', std: STD };
  if (key.endsWith('bias')) return { kind: 'constant', value: 0 };
  return shape.length === 2 ? { kind: 'normal', std: STD } : { kind: 'constant', value: 1 };
}

function maskRule(name: string, { positions, condTokens }: DiffusionTransformer): InitialRule {
  const values = () =>
    name === 'model.mask' ? additiveMask(positions, positions, 0) : additiveMask(positions, condTokens, 1);
  return { kind: 'computed', values };
}

/** 0 where step t may look at column s (s - lead ≤ t), minus infinity elsewhere; (steps, columns). */
function additiveMask(steps: number, columns: number, lead: number): Float32Array {
  return new Float32Array(steps * columns).map((_, index) => {
    const [step, column] = [Math.floor(index / columns), index % columns];
    return column - lead <= step ? 0 : Number.NEGATIVE_INFINITY;
  });
}
