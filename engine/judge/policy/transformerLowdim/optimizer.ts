/** The AdamW that the policy's `get_optimizer` builds: the transformer's two groups. */
import type { PlainMap } from '../../../base/plain.js';
import { optional } from '../config.js';
import type { OptimizerSettings } from '../family.js';
import { betasAt, rateAt, USUAL_EPS } from '../optimizerSettings.js';

/** Upstream takes no eps. A config that builds torch's AdamW itself names the rate `lr` and may name an eps. */
export function optimizerSettings(config: PlainMap): OptimizerSettings {
  const isTorchs =
    optional(config, ['optimizer', 'learning_rate']) === undefined &&
    optional(config, ['optimizer', 'lr']) !== undefined;
  return {
    learningRate: rateAt(config, isTorchs ? 'lr' : 'learning_rate'),
    betas: betasAt(config),
    eps: rateAt(config, 'eps', USUAL_EPS),
    weightDecay: { decayed: rateAt(config, 'weight_decay'), 'not decayed': 0 },
  };
}
