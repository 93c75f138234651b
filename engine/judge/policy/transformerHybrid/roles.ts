/** What a transformer hybrid policy's config says of its transformer: `policy` itself takes the settings. */
import { transformerRoles } from '../diffusionTransformer/roles.js';
import type { DimensionRole } from '../keyRole.js';
import { observationFeatures } from '../robomimicRoles.js';
import { ACTION_DIMENSION } from '../shapeMetaRoles.js';
import type { PolicySpec } from '../spec.js';

export const TRANSFORMER_ROLES = transformerRoles({
  path: 'policy',
  read: trajectory,
  predicted: trajectory,
  features: observationFeatures,
  observedBy: 'policy.obs_as_cond',
  decodedBy: 'policy.time_as_cond',
});

/** Inpainted observations stand behind the action. */
function trajectory(facts: Partial<PolicySpec>): DimensionRole {
  if (!facts.trajectory?.inpaintedSteps) return ACTION_DIMENSION;
  const features = observationFeatures(facts);
  return {
    meaning: 'action dimension, then the observations’ features',
    parts: `action ${facts.actionDim} + ${features.parts}`,
    paths: [...ACTION_DIMENSION.paths, ...features.paths],
  };
}
