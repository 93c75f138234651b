/** The family of UMI's `DiffusionTransformerTimmPolicy`: timm's models, each token of which a transformer attends to. */
import { transformerRule } from '../diffusionTransformer/initial.js';
import {
  type AxisSegment,
  denoiserPlace,
  type FollowedAxis,
  type KeyPlace,
  namedBehind,
  type PolicyFamily,
  words,
} from '../family.js';
import type { InitialRule } from '../initial.js';
import { roleBy } from '../keyRole.js';
import { normalizerAxis, normalizerPlace } from '../normalizer.js';
import { schedulerSettings } from '../scheduler.js';
import type { ParameterSpec } from '../spec.js';
import { timmRule } from '../timmEncoder/initial.js';
import { isOfModel, timmPlace } from '../timmEncoder/keys.js';
import { poseSettings } from '../timmEncoder/poses.js';
import { PROJECTIONS } from './keys.js';
import { optimizerSettings, parameterGroups } from './optimizer.js';
import { readTransformerTimm } from './read.js';
import { ROLES } from './roles.js';
import { ID, type TransformerTimmSpec } from './spec.js';

export const TRANSFORMER_TIMM: PolicyFamily<TransformerTimmSpec> = {
  id: ID,
  name: 'diffusion transformer policy with timm’s image encoders (UMI)',
  classes: ['DiffusionTransformerTimmPolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler obs_encoder num_inference_steps input_pertub n_layer n_head n_emb
        p_drop_attn`),
    },
    {
      path: 'policy.obs_encoder',
      target: 'TransformerObsEncoder',
      keys: words(`_target_ shape_meta model_name global_pool transforms n_emb pretrained frozen use_group_norm share_rgb_model
        feature_aggregation downsample_ratio`),
    },
    { path: 'optimizer', keys: words('lr weight_decay obs_encoder_lr obs_encoder_weight_decay betas') },
  ],
  divisions: [{ code: 'heads-do-not-divide', count: 'policy.n_head', width: 'policy.n_emb', what: 'heads' }],
  sizeSettings: ['policy.n_layer', 'policy.n_head', 'policy.n_emb'],
  derivesColumns: true,
  actionLayers: ['model.input_emb', 'model.head'],

  readSpec: readTransformerTimm,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf,
  passedOn,
  shortcuts: ({ observations }) =>
    observations.flatMap(({ key, type }) => (type === 'low_dim' ? [`${PROJECTIONS}${key}.weight`] : [])),
  initialRule,
  parameterGroups,
  optimizerSettings,
  comparedSettings: (spec) => [
    { name: 'policy.n_head', value: spec.heads },
    { name: 'policy.obs_encoder.model_name', value: spec.encoder.modelName.split('.', 1)[0]! },
    // What the setting says of a model without such norms changes nothing.
    {
      name: 'policy.obs_encoder (norms of the ResNet)',
      value: spec.encoder.model.kind === 'resnet' ? spec.encoder.norm : 'none',
    },
    { name: 'policy.obs_encoder.feature_aggregation', value: spec.aggregation },
    ...poseSettings(spec),
    ...schedulerSettings(spec.scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  const projected = namedBehind(PROJECTIONS, key);
  if (projected !== undefined) return { part: 'encoder', of: projected };
  return normalizerPlace(key) ?? timmPlace(key) ?? denoiserPlace(key);
}

function axisOf(key: string, spec: TransformerTimmSpec): FollowedAxis | undefined {
  const action = { of: 'action', width: spec.actionDim } as const;
  switch (key) {
    case 'model.input_emb.weight':
      return { axis: 1, segments: [action], startsSilent: true };
    case 'model.head.weight':
    case 'model.head.bias':
      return { axis: 0, segments: [action], startsSilent: false };
    case 'model.cond_pos_emb':
      return { axis: 1, segments: spec.tokens, startsSilent: false };
    default:
      return projectionAxis(key, spec) ?? normalizerAxis(key, spec);
  }
}

/** An image's features have no observation's values. */
function projectionAxis(key: string, spec: TransformerTimmSpec): FollowedAxis | undefined {
  const values = key.endsWith('.weight') ? projectedValues(key, spec) : undefined;
  return values && { axis: 1, segments: values, startsSilent: true };
}

/** A vector that is as wide as a token is one already. */
function passedOn(key: string, spec: TransformerTimmSpec): readonly AxisSegment[] | undefined {
  const values = projectedValues(key, spec);
  return values !== undefined && values[0].width === spec.embedding ? values : undefined;
}

function projectedValues(
  key: string,
  { observations }: TransformerTimmSpec,
): readonly [AxisSegment] | undefined {
  const name = namedBehind(PROJECTIONS, key)?.name;
  const observation = observations.find((each) => each.key === name && each.type === 'low_dim');
  return observation && [{ of: 'observation', key: observation.key, width: observation.shape[0]! }];
}

function initialRule(entry: ParameterSpec, spec: TransformerTimmSpec): InitialRule {
  const { key, shape } = entry;
  if (shape.includes(0)) return { kind: 'constant', value: 0 };
  if (isOfModel(key)) return timmRule(entry, spec.encoder);
  if (!key.startsWith(PROJECTIONS)) return transformerRule(entry, spec);
  const weight = spec.parameters.find((each) => each.key === key.replace(/bias$/, 'weight'))!;
  return { kind: 'uniform', bound: 1 / Math.sqrt(weight.shape[1]!) };
}
