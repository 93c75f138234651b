/** The AdamW that the policy's `get_optimizer` builds: three groups, and the config keys behind them. */
import type { PlainMap } from '../../../base/plain.js';
import { transformerGroups } from '../diffusionTransformer/groups.js';
import type { OptimizerSettings, ParameterGroup } from '../family.js';
import { betasAt, rateAt, USUAL_EPS } from '../optimizerSettings.js';
import { encoderPlace } from '../robomimicEncoder.js';
import type { PolicySpec } from '../spec.js';

/** The image encoder is a group of its own, in the order of the modules. */
export function parameterGroups(spec: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = spec.parameters.filter((entry) => entry.kind === 'parameter' && entry.alias === undefined);
  const encoder = trained.filter(({ key }) => encoderPlace(key) !== undefined);
  return [...transformerGroups(spec), { name: 'encoder', parameters: encoder }];
}

/** Upstream takes no eps. */
export function optimizerSettings(config: PlainMap): OptimizerSettings {
  return {
    learningRate: rateAt(config, 'learning_rate'),
    betas: betasAt(config),
    eps: USUAL_EPS,
    weightDecay: {
      decayed: rateAt(config, 'transformer_weight_decay'),
      'not decayed': 0,
      encoder: rateAt(config, 'obs_encoder_weight_decay'),
    },
  };
}
