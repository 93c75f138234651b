/** The AdamW that UMI's training builds: the UNet, and the encoder at a tenth of the rate where it starts from downloaded weights. */
import type { PlainMap } from '../../../base/plain.js';
import { booleanAt, numberAt } from '../config.js';
import type { OptimizerSettings, ParameterGroup } from '../family.js';
import { betasAt, rateAt, USUAL_EPS } from '../optimizerSettings.js';
import type { ParameterSpec } from '../spec.js';
import { isOfModel, timmPlace } from '../timmEncoder/keys.js';
import type { UnetTimmSpec } from './spec.js';

const PRETRAINED_RATE = 0.1;

/** A frozen model is in neither, nor are the empty tensors, which UMI's modules do not train. */
export function parameterGroups({ parameters, encoder }: UnetTimmSpec): ParameterGroup[] {
  const trained = parameters.filter(({ kind, alias }) => kind === 'parameter' && alias === undefined);
  const isLeftOut = ({ key, shape }: ParameterSpec) =>
    shape.includes(0) || (encoder.isFrozen && isOfModel(key));
  return [
    { name: 'unet', parameters: trained.filter(({ key }) => key.startsWith('model.')) },
    {
      name: 'encoder',
      parameters: trained.filter((entry) => timmPlace(entry.key) !== undefined && !isLeftOut(entry)),
    },
  ];
}

/** Upstream's training asks for a rate; the rest has the defaults of torch's AdamW. */
export function optimizerSettings(config: PlainMap): OptimizerSettings {
  const decay = rateAt(config, 'weight_decay', 1e-2);
  const isPretrained = booleanAt(config, ['policy', 'obs_encoder', 'pretrained'], false);
  return {
    learningRate: rateAt(config, 'lr'),
    ...(isPretrained && { rateFactors: { encoder: PRETRAINED_RATE } }),
    betas: betasAt(config, [0.9, 0.999]),
    eps: numberAt(config, ['optimizer', 'eps'], USUAL_EPS),
    weightDecay: { unet: decay, encoder: decay },
  };
}
