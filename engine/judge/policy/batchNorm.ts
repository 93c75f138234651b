/** BatchNorm in a state dict: the statistics beside its scale and shift, which follow the batches of a training and have no gradients. */
import type { InitialRule } from './initial.js';
import type { DimensionRole, KeyRole } from './keyRole.js';
import { always } from './keyRole.js';
import type { ParameterSpec } from './spec.js';

/** What normalises between a network's convolutions. */
export type NormKind = 'GroupNorm' | 'BatchNorm';

/** In PyTorch's order, behind weight and bias. */
export const RUNNING = ['running_mean', 'running_var', 'num_batches_tracked'] as const;
export type Running = (typeof RUNNING)[number];

/** `a.bn1.running_var` → `running_var`; undefined for any other key. */
export function runningOf(key: string): Running | undefined {
  return RUNNING.find((name) => key.endsWith(`.${name}`));
}

/** As PyTorch builds a BatchNorm. Upstream's constructors show it one black image then, of which training soon leaves nothing. */
export function runningRule(name: Running): InitialRule {
  return { kind: 'constant', value: name === 'running_var' ? 1 : 0 };
}

/** The names of all BatchNorm modules, by which `${name}.weight` is a key. */
export function batchNorms(parameters: readonly Pick<ParameterSpec, 'key'>[]): ReadonlySet<string> {
  const tail = '.running_mean';
  return new Set(parameters.flatMap(({ key }) => (key.endsWith(tail) ? [key.slice(0, -tail.length)] : [])));
}

/** `part` is the end of the key; `norm` is told in general where it is not known. */
export function normRole(
  norm: NormKind | undefined,
  place: string,
  part: string,
  channels: DimensionRole,
): KeyRole {
  const name = runningOf(`.${part}`) === undefined ? (norm ?? 'norm') : 'BatchNorm'; // whatever this policy has
  switch (part) {
    case 'weight':
      return always(`scale of the ${name} ${place}`, channels);
    case 'bias':
      return always(`shift of the ${name} ${place}`, channels);
    case 'running_mean':
      return always(
        `running mean of the ${name} ${place} (measured in training, used in evaluation)`,
        channels,
      );
    case 'running_var':
      return always(
        `running variance of the ${name} ${place} (measured in training, used in evaluation)`,
        channels,
      );
    default:
      return always(`number of batches that the ${name} ${place} has measured`);
  }
}

/** The ends of a norm's keys, as a group of a pattern. */
export const NORM_PARTS = `(weight|bias|${RUNNING.join('|')})`;

/** `a.bn1.weight` → `a.bn1` */
export function moduleOf(key: string): string {
  return key.slice(0, key.lastIndexOf('.'));
}
