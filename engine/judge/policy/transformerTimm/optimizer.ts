/** The AdamW that the policy's `get_optimizer` builds: the transformer's two groups, the cameras' models, and the rest of the encoder. */
import type { PlainMap } from '../../../base/plain.js';
import { transformerGroups } from '../diffusionTransformer/groups.js';
import type { OptimizerSettings, ParameterGroup } from '../family.js';
import { betasAt, rateAt, USUAL_EPS } from '../optimizerSettings.js';
import type { PolicySpec } from '../spec.js';
import { isOfModel } from '../timmEncoder/keys.js';

const ENCODER = 'obs_encoder.';

export function parameterGroups(spec: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = spec.parameters.filter(({ kind, alias }) => kind === 'parameter' && alias === undefined);
  const encoder = trained.filter(({ key }) => key.startsWith(ENCODER));
  return [
    ...transformerGroups(spec),
    { name: 'models', parameters: encoder.filter(({ key }) => isOfModel(key)) },
    { name: 'encoder', parameters: encoder.filter(({ key }) => !isOfModel(key)) },
  ];
}

/** Upstream takes no eps. */
export function optimizerSettings(config: PlainMap): OptimizerSettings {
  const learningRate = rateAt(config, 'lr');
  const encoderDecay = rateAt(config, 'obs_encoder_weight_decay');
  return {
    learningRate,
    rateFactors: { models: rateAt(config, 'obs_encoder_lr') / learningRate },
    betas: betasAt(config),
    eps: USUAL_EPS,
    weightDecay: {
      decayed: rateAt(config, 'weight_decay'),
      'not decayed': 0,
      models: encoderDecay,
      encoder: encoderDecay,
    },
  };
}
