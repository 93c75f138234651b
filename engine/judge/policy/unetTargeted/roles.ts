/** The roles of the keys that a target and a projection bring, and what the condition of this UNet is put together of. */
import { unetRoles } from '../conditionalUnet1d/roles.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { AxisSegment } from '../family.js';
import { always, type DimensionRole, DUMMY_ROLES, onlyBy, type RoleRule, setBy } from '../keyRole.js';
import { type FieldRole, normalizerRoles } from '../normalizer.js';
import { ENCODER_ROLES, observationFeatures } from '../robomimicRoles.js';
import { ACTION_DIMENSION, fieldRole } from '../shapeMetaRoles.js';
import type { PolicySpec } from '../spec.js';
import { encoded } from './keys.js';
import { EMBEDDED, TARGET, type UnetTargetedSpec } from './spec.js';

type Facts = Partial<UnetSpec>;

const EMBEDDING = 'policy.obs_embedding_dim';
const TARGET_WIDTH = setBy('values of the target', 'policy.target_dim');

export const ROLES: readonly RoleRule<UnetTargetedSpec>[] = [
  ...unetRoles({ path: 'policy', input: () => ACTION_DIMENSION, condition: conditionRole }),
  [
    /^obs_embedding_projector\.network\.0\.(weight|bias)$/,
    ([part], facts) => {
      const meaning = 'projection of one step’s observation features';
      const rows = setBy('embedded observation', EMBEDDING);
      return onlyBy(
        EMBEDDING,
        part === 'weight' ? always(meaning, rows, features(facts)) : always(`bias of the ${meaning}`, rows),
      );
    },
  ],
  ...ENCODER_ROLES,
  ...normalizerRoles(fieldOf),
  ...DUMMY_ROLES,
];

function fieldOf(name: string, facts: Partial<PolicySpec>): FieldRole {
  return name === TARGET ? { width: TARGET_WIDTH, existsBy: ['policy.target_dim'] } : fieldRole(name, facts);
}

function features({ observations }: Facts): DimensionRole {
  return observationFeatures(observations === undefined ? {} : { observations: encoded({ observations }) });
}

/** The columns of a step lie together, one observed step behind the other; then what is given once. */
function conditionRole(facts: Facts): DimensionRole {
  const seen = features(facts);
  const { unet, obsSteps } = facts;
  const columns = unet?.globalCondition ?? [];
  const embedding = columns.find(isEmbedding);
  const role = setBy(
    'embedding of the diffusion step, then the observation features of each observed step, the one-hot encoding and the target',
    'policy.diffusion_step_embed_dim',
    'policy.n_obs_steps',
    ...(embedding === undefined ? seen.paths : []),
    ...(embedding !== undefined || unet === undefined ? [EMBEDDING] : []),
    'policy.one_hot_encoding_dim',
    'policy.target_dim',
  );
  if (unet === undefined || seen.parts === undefined) return role;
  const step = embedding === undefined ? seen.parts : `embedded ${embedding.width}`;
  const once = columns.flatMap((part) => {
    if (part.of === 'other' && !isEmbedding(part)) return [` + ${part.name} ${part.width}`];
    return part.of === 'observation' && part.step === undefined ? [` + ${part.key} ${part.width}`] : [];
  });
  return { ...role, parts: `diffusion step ${unet.stepEmbedding} + ${obsSteps} × (${step})${once.join('')}` };
}

function isEmbedding(part: AxisSegment): boolean {
  return part.of === 'other' && part.name.startsWith(EMBEDDED);
}
