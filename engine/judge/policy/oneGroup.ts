/** The optimizer of a training that hands all parameters of its policy to one of `torch.optim`. */
import type { PlainMap } from '../../base/plain.js';
import { numberAt } from './config.js';
import type { OptimizerSettings, ParameterGroup } from './family.js';
import { betasAt, rateAt, USUAL_EPS } from './optimizerSettings.js';
import type { PolicySpec } from './spec.js';

const NAME = 'all';

/** As the modules lie, with the empty dummies; the normaliser's are not there yet when upstream builds its optimizer. */
export function oneGroup({ parameters }: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = parameters.filter(({ kind, alias }) => kind === 'parameter' && alias === undefined);
  return [{ name: NAME, parameters: trained }];
}

/** Defaults are those of torch's AdamW. */
export function oneGroupSettings(config: PlainMap): OptimizerSettings {
  return {
    learningRate: rateAt(config, 'lr', 1e-3),
    betas: betasAt(config, [0.9, 0.999]),
    eps: numberAt(config, ['optimizer', 'eps'], USUAL_EPS),
    weightDecay: { [NAME]: rateAt(config, 'weight_decay', 1e-2) },
  };
}
