/** The AdamW that the policy's `get_optimizer` builds: three groups, and the config keys behind them. */
import type { PlainMap } from '../../../base/plain.js';
import type { OptimizerSettings, ParameterGroup } from '../family.js';
import { betasAt, rateAt, USUAL_EPS } from '../optimizerSettings.js';
import { encoderPlace } from '../robomimicEncoder.js';
import type { ParameterSpec, PolicySpec } from '../spec.js';

/**
 * Weights of linear layers and attention decay; biases, LayerNorm, position embeddings and the transformer's empty
 * dummy (which comes first) do not; the image encoder is a group of its own. The policy's other dummies are in none. The transformer's are
 * sorted by name, the encoder's as the modules lie.
 */
export function parameterGroups({ parameters }: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = parameters.filter((entry) => entry.kind === 'parameter' && entry.alias === undefined);
  const transformer = trained.filter(({ key }) => key.startsWith('model.')).sort(byKey);
  return [
    { name: 'decayed', parameters: transformer.filter(decays) },
    { name: 'not decayed', parameters: transformer.filter((entry) => !decays(entry)) },
    { name: 'encoder', parameters: trained.filter(({ key }) => encoderPlace(key) !== undefined) },
  ];
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

/** In this network every matrix of the transformer belongs to a linear layer or to attention. */
function decays({ key, shape }: ParameterSpec): boolean {
  return key.endsWith('weight') && shape.length === 2;
}

function byKey(a: ParameterSpec, b: ParameterSpec): number {
  return a.key < b.key ? -1 : 1;
}
