/** What the trajectory and the conditions of a UNet low-dim policy are put together of: `policy.model` is told the widths once more. */
import { unetRoles } from '../conditionalUnet1d/roles.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import { type DimensionRole, type RoleRule, setBy } from '../keyRole.js';
import { lowdimFieldRole, OBSERVATION } from '../lowdim.js';
import { normalizerRoles } from '../normalizer.js';
import type { UnetLowdimSpec } from './spec.js';

type Facts = Partial<UnetSpec>;

const MODEL = 'policy.model';
const LOCAL = `${MODEL}.local_cond_dim`;

export const LOWDIM_ROLES: readonly RoleRule<UnetLowdimSpec>[] = [
  ...unetRoles({
    path: MODEL,
    input: inputRole,
    condition: conditionRole,
    local: { width: () => setBy('observation dimension', LOCAL), existsBy: LOCAL },
  }),
  ...normalizerRoles(lowdimFieldRole),
];

/** Inpainted observations stand behind the action. */
function inputRole({ trajectory, actionDim, obsFeatureDim }: Facts): DimensionRole {
  const path = `${MODEL}.input_dim`;
  if (!trajectory?.inpaintedSteps) return setBy('action dimension', path);
  const parts = `action ${actionDim} + ${OBSERVATION} ${obsFeatureDim}`;
  return { ...setBy('action dimension, then the observation’s', path), parts };
}

/** The columns of a step lie together, one observed step behind the other. */
function conditionRole({ unet, obsSteps, obsFeatureDim }: Facts): DimensionRole {
  const embedding = `${MODEL}.diffusion_step_embed_dim`;
  if (unet !== undefined && unet.globalCondition === undefined)
    return setBy('embedding of the diffusion step', embedding);
  const meaning = 'embedding of the diffusion step, then the observation of each observed step';
  const role = setBy(meaning, embedding, `${MODEL}.global_cond_dim`);
  if (unet === undefined) return role;
  return {
    ...role,
    parts: `diffusion step ${unet.stepEmbedding} + ${obsSteps} × ${OBSERVATION} ${obsFeatureDim}`,
  };
}
