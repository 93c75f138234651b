/** What PyTorch's constructors put into a `ConditionalUnet1D`, which upstream leaves as it is. */
import type { InitialRule } from '../initial.js';
import type { ParameterSpec } from '../spec.js';

const GROUP_NORM = /\.block\.1\.(weight|bias)$/;

/** 1 and 0 for norms; linear layers and convolutions draw weight and bias between ±1/√(values that one output sees). */
export function unetRule({ key }: ParameterSpec, parameters: readonly ParameterSpec[]): InitialRule {
  const norm = GROUP_NORM.exec(key);
  if (norm !== null) return { kind: 'constant', value: norm[1] === 'weight' ? 1 : 0 };
  const weight = key.replace(/bias$/, 'weight');
  const { shape } = parameters.find((entry) => entry.key === weight)!;
  return { kind: 'uniform', bound: 1 / Math.sqrt(shape.slice(1).reduce((product, size) => product * size)) };
}
