/** torchvision's ResNets as LeRobot builds them into a policy: which one, its keys with each kind of norm, its feature map. */
import type { PlainMap } from '../../../base/plain.js';
import { type NormKind, runningOf } from '../batchNorm.js';
import { optional, PolicyConfigError, textAt } from '../config.js';
import type { InitialRule } from '../initial.js';
import { ParameterListing } from '../listing.js';
import { addResnet, RESNETS, type ResnetLayout, type ResnetNames, resnetRule } from '../resnetKeys.js';
import type { ParameterSpec } from '../spec.js';

export const BACKBONE_PATH = ['policy', 'vision_backbone'] as const;
const WEIGHTS_PATH = ['policy', 'pretrained_backbone_weights'] as const;
const CHANNELS = 3;

export const FROZEN = 'FrozenBatchNorm';
/** A frozen one keeps the statistics of the weights that it starts from; its scale and shift are not trained either. */
export type ResnetNorm = NormKind | typeof FROZEN;

export interface ResnetShape<Norm extends ResnetNorm = ResnetNorm> {
  /** torchvision's name, a key of `RESNETS`. */
  readonly name: string;
  readonly norm: Norm;
  /** What a training from scratch starts from; absent where nothing is. */
  readonly weights?: string;
}

/** Throws `PolicyConfigError`. */
export function readResnet<Norm extends ResnetNorm>(
  config: PlainMap,
  norm: Norm,
  usualWeights?: string,
): ResnetShape<Norm> {
  const name = textAt(config, BACKBONE_PATH, 'resnet18');
  if (!RESNETS.has(name)) {
    const known = [...RESNETS.keys()].join(', ');
    throw new PolicyConfigError(BACKBONE_PATH, `is ${name}, whose keys are not known; known are ${known}`);
  }
  const given = optional(config, WEIGHTS_PATH);
  const weights = given === undefined ? (usualWeights ?? null) : given;
  if (weights === null) return { name, norm };
  if (norm === 'GroupNorm')
    throw new PolicyConfigError(
      WEIGHTS_PATH,
      `is ${textAt(config, WEIGHTS_PATH)} while policy.use_group_norm is true: LeRobot refuses to replace the BatchNorm of pretrained weights`,
      'Set one of them to null or false.',
    );
  return { name, norm, weights: textAt(config, WEIGHTS_PATH, usualWeights) };
}

export function layoutOf({ name }: Pick<ResnetShape, 'name'>): ResnetLayout {
  return RESNETS.get(name)!;
}

/** Below `prefix`, in the order of the state dict. */
export function addLerobotResnet(
  list: ParameterListing,
  prefix: string,
  names: ResnetNames,
  resnet: ResnetShape,
): void {
  const own = new ParameterListing();
  const norm = resnet.norm === FROZEN ? 'BatchNorm' : resnet.norm;
  addResnet(own, prefix, CHANNELS, { names, layout: layoutOf(resnet), norm });
  list.entries.push(...(resnet.norm === FROZEN ? frozen(own.entries) : own.entries));
}

/** Convolutions have no bias, so every tensor of one axis is a norm's; a frozen one counts no batches. */
function frozen(entries: readonly ParameterSpec[]): ParameterSpec[] {
  const kept = entries.filter(({ key }) => runningOf(key) !== 'num_batches_tracked');
  return kept.map((entry) => (entry.shape.length === 1 ? { ...entry, kind: 'running' } : entry));
}

/** Throws `PolicyConfigError` where the values would come from weights that no file here holds. */
export function lerobotResnetRule(
  key: string,
  shape: readonly number[],
  { weights }: ResnetShape,
): InitialRule {
  if (weights !== undefined)
    throw new PolicyConfigError(
      WEIGHTS_PATH,
      `is ${weights}: new image encoders start from weights that torchvision downloads, which Regrip does not have`,
      'Set it to null to start new encoders from random values.',
    );
  return resnetRule(key, shape);
}

/** What remains of a side: the stem, its pooling and three of the four stages each halve it, rounding up. */
export function cellsOf(side: number): number {
  return Math.ceil(side / 32);
}
