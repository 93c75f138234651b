/** `param_groups` as `torch.optim.AdamW.state_dict()` writes them. */
import { type PlainMap, PyFloat } from '../../base/plain.js';
import type { OptimizerSettings, ParameterGroup } from './family.js';

/** Parameters are numbered through all groups. `rate` is what each has now (a resume continues with it); the schedule scales the settings'. */
export function savedGroups(
  groups: readonly ParameterGroup[],
  { learningRate, rateFactors, betas, eps, weightDecay }: OptimizerSettings,
  rate: number = learningRate,
): PlainMap[] {
  let next = 0;
  return groups.map(({ name, parameters }) => ({
    weight_decay: asFloat(weightDecay[name]!),
    lr: asFloat(rate * (rateFactors?.[name] ?? 1)),
    betas: betas.map(asFloat),
    eps: asFloat(eps),
    ...TORCH_DEFAULTS,
    initial_lr: asFloat(learningRate * (rateFactors?.[name] ?? 1)),
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
