/** What the trajectory and the condition are put together of where a UNet sees encoded observations, and the config values behind it. */
import { type DimensionRole, setBy } from '../keyRole.js';
import { ACTION_DIMENSION } from '../shapeMetaRoles.js';
import type { UnetRoleContext } from './roles.js';
import type { UnetShape, UnetSpec } from './shape.js';

type Facts = Partial<UnetSpec>;

const EMBEDDING_PATH = 'policy.diffusion_step_embed_dim';
const INPAINTING_PATH = 'policy.obs_as_global_cond';

/** `features` are all observations of one step, joined. */
export function observedContext(
  features: (facts: Facts) => DimensionRole,
  more: Pick<UnetRoleContext, 'conditionType'> = {},
): UnetRoleContext {
  return {
    ...more,
    path: 'policy',
    input: (facts) => inputRole(facts, features(facts)),
    condition: (facts) => conditionRole(facts, features(facts)),
  };
}

/** Inpainted observations stand behind the actions. */
function inputRole(facts: Facts, { paths, parts }: DimensionRole): DimensionRole {
  if (!isInpainted(facts)) return ACTION_DIMENSION;
  return {
    meaning: 'action and, inpainted, the observation features',
    paths: [...ACTION_DIMENSION.paths, ...paths, INPAINTING_PATH],
    parts: `action ${facts.actionDim} + ${parts}`,
  };
}

/** The columns of a step lie together, one observed step behind the other. */
function conditionRole(facts: Facts, features: DimensionRole): DimensionRole {
  const { paths, parts } = features;
  const embedding = facts.unet?.stepEmbedding;
  if (isInpainted(facts)) return setBy('embedding of the diffusion step', EMBEDDING_PATH);
  if (facts.unet?.conditionedBy === 'attention') return stepRole(facts.unet, features);
  const role = setBy(
    'embedding of the diffusion step, then the observation features of each observed step',
    EMBEDDING_PATH,
    'policy.n_obs_steps',
    ...paths,
  );
  if (parts === undefined || embedding === undefined) return role;
  return { ...role, parts: `diffusion step ${embedding} + ${facts.obsSteps} × (${parts})` };
}

/** Each observed step is attended to by itself. */
function stepRole({ stepEmbedding }: UnetShape, { paths, parts }: DimensionRole): DimensionRole {
  const meaning = 'embedding of the diffusion step, then the observation features of one step';
  const role = setBy(meaning, EMBEDDING_PATH, ...paths);
  return parts === undefined ? role : { ...role, parts: `diffusion step ${stepEmbedding} + ${parts}` };
}

function isInpainted({ unet }: Facts): boolean {
  return unet !== undefined && unet.globalCondition === undefined;
}
