/** Which parameter AdamW holds in which of upstream's three groups, and so its index in the saved optimizer state. */
import { type PlainMap, PyFloat } from '../../base/plain.js';
import type { ParameterSpec, PolicySpec } from './spec.js';

/** The groups in the order of the file; indices of the optimizer's state count through them. */
export const GROUP_NAMES = ['decayed', 'not decayed', 'encoder'] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

export interface ParameterGroup {
  readonly name: GroupName;
  /** In torch's order: the transformer's sorted by name, the encoder's as the modules lie. */
  readonly parameters: readonly ParameterSpec[];
}

/**
 * Weights of linear layers and attention decay; biases, LayerNorm, position embeddings and the transformer's empty
 * dummy (which comes first) do not; the image encoder is a group of its own. The policy's other dummies are in none.
 */
export function parameterGroups(spec: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = spec.parameters.filter((entry) => entry.kind === 'parameter' && entry.alias === undefined);
  const transformer = trained.filter(({ key }) => key.startsWith('model.')).sort(byKey);
  return [
    { name: 'decayed', parameters: transformer.filter(decays) },
    { name: 'not decayed', parameters: transformer.filter((entry) => !decays(entry)) },
    { name: 'encoder', parameters: trained.filter(({ key }) => key.startsWith('obs_encoder.')) },
  ];
}

/** In this network every matrix of the transformer belongs to a linear layer or to attention. */
function decays({ key, shape }: ParameterSpec): boolean {
  return key.endsWith('weight') && shape.length === 2;
}

function byKey(a: ParameterSpec, b: ParameterSpec): number {
  return a.key < b.key ? -1 : 1;
}

/** AdamW's settings as a checkpoint holds them. */
export interface SavedAdamW {
  /** The rate that the group has now; a resume goes on with it. */
  readonly rate: number;
  /** The rate that the schedule scales. */
  readonly initialRate: number;
  readonly betas: readonly number[];
  readonly eps: number;
  readonly decayOf: (group: GroupName) => number;
}

/** `param_groups` as `torch.optim.AdamW.state_dict()` writes them, parameters numbered through all groups. */
export function savedGroups(spec: Pick<PolicySpec, 'parameters'>, settings: SavedAdamW): PlainMap[] {
  let next = 0;
  return parameterGroups(spec).map(({ name, parameters }) => ({
    weight_decay: asFloat(settings.decayOf(name)),
    lr: asFloat(settings.rate),
    betas: settings.betas.map(asFloat),
    eps: asFloat(settings.eps),
    ...TORCH_DEFAULTS,
    initial_lr: asFloat(settings.initialRate),
    params: parameters.map(() => next++),
  }));
}

/** What torch's AdamW adds to a group; upstream's config cannot change it. */
const TORCH_DEFAULTS: PlainMap = {
  amsgrad: false,
  maximize: false,
  foreach: null,
  capturable: false,
  differentiable: false,
  fused: null,
  decoupled_weight_decay: true,
};

/** An integral rate or decay stays a float in the file. */
function asFloat(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}
