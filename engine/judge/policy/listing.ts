/** Collects the keys of a state dict with their shapes, in the order in which PyTorch lists its modules. */
import { type NormKind, RUNNING } from './batchNorm.js';
import type { ParameterSpec } from './spec.js';

type Kind = ParameterSpec['kind'];

/** The tensor engine's (kh,kw,in,out) of PyTorch's (out,in,kh,kw). */
export const KERNEL_2D: readonly number[] = [2, 3, 1, 0];

export class ParameterListing {
  readonly entries: ParameterSpec[] = [];

  add(key: string, shape: readonly number[], kind: Kind = 'parameter'): void {
    this.entries.push({ key, shape, dtype: 'float32', kind });
  }

  /** A weight that the tensor engine holds with its axes in another order. */
  kernel(key: string, shape: readonly number[], engineAxes: readonly number[]): void {
    this.entries.push({ key, shape, dtype: 'float32', kind: 'parameter', engineAxes });
  }

  /** A layer with a weight and a bias as long as the weight's first axis. */
  layer(name: string, ...shape: number[]): void {
    this.add(`${name}.weight`, shape);
    this.add(`${name}.bias`, [shape[0]!]);
  }

  /** A norm of so many channels, between convolutions. */
  norm(name: string, channels: number, kind: NormKind): void {
    this.layer(name, channels);
    if (kind === 'GroupNorm') return;
    for (const part of RUNNING) {
      const isCount = part === 'num_batches_tracked';
      const [shape, dtype] = isCount ? ([[], 'int64'] as const) : ([[channels], 'float32'] as const);
      this.entries.push({ key: `${name}.${part}`, shape, dtype, kind: 'running' });
    }
  }

  /** The same tensors again below another name. */
  alias(from: string, to: string): void {
    for (const entry of this.entries.filter(({ key }) => key.startsWith(from))) {
      this.entries.push({ ...entry, key: to + entry.key.slice(from.length), alias: entry.key });
    }
  }
}
