/** What the trajectory and the condition of a UNet hybrid policy are put together of, and the config values behind it. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import { type DimensionRole, setBy } from '../keyRole.js';
import { observationFeatures } from '../robomimicRoles.js';
import { ACTION_DIMENSION } from '../shapeMetaRoles.js';

type Facts = Partial<UnetSpec>;

const EMBEDDING_PATH = 'policy.diffusion_step_embed_dim';
const INPAINTING_PATH = 'policy.obs_as_global_cond';

/** Inpainted observations stand behind the actions. */
export function inputRole(facts: Facts): DimensionRole {
  if (!isInpainted(facts)) return ACTION_DIMENSION;
  const { paths, parts } = observationFeatures(facts);
  return {
    meaning: 'action and, inpainted, the observation features',
    paths: [...ACTION_DIMENSION.paths, ...paths, INPAINTING_PATH],
    parts: `action ${facts.actionDim} + ${parts}`,
  };
}

/** The columns of a step lie together, one observed step behind the other. */
export function conditionRole(facts: Facts): DimensionRole {
  const embedding = facts.unet?.stepEmbedding;
  if (isInpainted(facts)) return setBy('embedding of the diffusion step', EMBEDDING_PATH);
  const { paths, parts } = observationFeatures(facts);
  const role = setBy(
    'embedding of the diffusion step, then the observation features of each observed step',
    EMBEDDING_PATH,
    'policy.n_obs_steps',
    ...paths,
  );
  if (parts === undefined || embedding === undefined) return role;
  return { ...role, parts: `diffusion step ${embedding} + ${facts.obsSteps} × (${parts})` };
}

function isInpainted({ unet }: Facts): boolean {
  return unet !== undefined && unet.globalCondition === undefined;
}
