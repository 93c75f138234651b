/** What upstream's constructor puts into a transformer hybrid policy. */
import { transformerRule } from '../diffusionTransformer/initial.js';
import type { InitialRule } from '../initial.js';
import { encoderBufferRule, encoderPlace, encoderRule } from '../robomimicEncoder.js';
import type { ParameterSpec } from '../spec.js';
import type { TransformerHybridSpec } from './spec.js';

export function initialRule(entry: ParameterSpec, spec: TransformerHybridSpec): InitialRule {
  const name = entry.alias ?? entry.key;
  if (encoderPlace(name) === undefined) return transformerRule(entry, spec);
  return entry.kind === 'buffer' ? encoderBufferRule(name, spec) : encoderRule(name, entry.shape);
}
