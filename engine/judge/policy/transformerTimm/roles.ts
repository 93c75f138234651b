/** The roles of the keys that are this policy's own: what its tokens are, and the projections to them. */
import { transformerRoles } from '../diffusionTransformer/roles.js';
import { always, type DimensionRole, DUMMY_ROLES, onlyBy, type RoleRule, setBy } from '../keyRole.js';
import { normalizerRoles } from '../normalizer.js';
import { ACTION_DIMENSION, fieldRole, OBSERVATIONS } from '../shapeMetaRoles.js';
import { MODEL_PATH, TIMM_ROLES } from '../timmEncoder/roles.js';
import type { TransformerTimmSpec } from './spec.js';

type Facts = Partial<TransformerTimmSpec>;

const EMBEDDING = setBy('embedding width', 'policy.n_emb');
const HORIZON = setBy('steps of the horizon', 'policy.shape_meta.action.horizon');
const BATCH: DimensionRole = { meaning: 'the same for the whole batch', paths: [] };

/** Keys of upstream's other transformer that this one does not have, or whose roles are told above. */
const OWN = [
  'model.mask',
  'model.memory_mask',
  'model.cond_obs_emb.weight',
  'model.encoder.0.weight',
  'model.encoder.layers.0.norm1.weight',
  'model.encoder.layers.0.linear1.weight',
  'model.encoder.layers.0.self_attn.in_proj_weight',
  'model.pos_emb',
  'model.cond_pos_emb',
];

export const ROLES: readonly RoleRule<TransformerTimmSpec>[] = [
  [/^model\.pos_emb$/, () => always('position embedding of the action tokens', BATCH, HORIZON, EMBEDDING)],
  [
    /^model\.cond_pos_emb$/,
    (_, facts) => always('position embedding of the condition tokens', BATCH, tokens(facts), EMBEDDING),
  ],
  [
    /^obs_encoder\.key_projection_map\.([^.]+)\.(weight|bias)$/,
    ([key, part], facts) => projection(key!, part!, facts),
  ],
  ...transformerRoles({
    path: 'policy',
    read: () => ACTION_DIMENSION,
    predicted: () => ACTION_DIMENSION,
    features: () => EMBEDDING,
  }).filter(([pattern]) => OWN.every((key) => !pattern.test(key))),
  ...TIMM_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

function projection(key: string, part: string, { observations }: Facts) {
  const isImage = observations?.find((each) => each.key === key)?.type === 'rgb';
  const columns = isImage
    ? setBy('width of the model', MODEL_PATH)
    : setBy(`values of ${key}`, `${OBSERVATIONS}.${key}.shape.0`);
  const meaning = `projection of ${key} to a token`;
  const role =
    part === 'weight' ? always(meaning, EMBEDDING, columns) : always(`bias of the ${meaning}`, EMBEDDING);
  return onlyBy('policy.n_emb', { ...role, existsBy: columns.paths });
}

function tokens({ tokens: segments, observations }: Facts): DimensionRole {
  const meaning = 'condition tokens: those of each observation, then the diffusion step';
  if (segments === undefined || observations === undefined) return setBy(meaning, OBSERVATIONS, MODEL_PATH);
  const parts = observations.map(({ key, steps }) => {
    const own = segments.filter((part) => part.of === 'observation' && part.key === key);
    return `${key} ${steps} × ${own[0]?.width ?? 0}`;
  });
  const paths = observations.flatMap(({ key }) =>
    ['type', 'horizon'].map((name) => `${OBSERVATIONS}.${key}.${name}`),
  );
  return { ...setBy(meaning, ...paths, MODEL_PATH), parts: `${parts.join(' + ')} + diffusion step 1` };
}
