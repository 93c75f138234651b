/** What a transformer low-dim policy's config says of its keys: `policy.model` is the transformer, the policy names the widths. */
import { transformerRoles } from '../diffusionTransformer/roles.js';
import { type DimensionRole, type RoleRule, setBy } from '../keyRole.js';
import { lowdimFieldRole, OBSERVATION } from '../lowdim.js';
import { normalizerRoles } from '../normalizer.js';
import type { PolicySpec } from '../spec.js';
import type { TransformerLowdimSpec } from './spec.js';

export const LOWDIM_ROLES: readonly RoleRule<TransformerLowdimSpec>[] = [
  ...transformerRoles({
    path: 'policy.model',
    read: (facts) => trajectory(facts, 'policy.model.input_dim'),
    predicted: (facts) => trajectory(facts, 'policy.model.output_dim'),
    features: () => setBy('observation dimension', 'policy.model.cond_dim'),
    observedBy: 'policy.model.cond_dim',
    decodedBy: 'policy.model.time_as_cond',
  }),
  ...normalizerRoles(lowdimFieldRole),
];

/** Inpainted observations stand behind the action. */
function trajectory(facts: Partial<PolicySpec>, path: string): DimensionRole {
  if (!facts.trajectory?.inpaintedSteps) return setBy('action dimension', path);
  const parts = `action ${facts.actionDim} + ${OBSERVATION} ${facts.obsFeatureDim}`;
  return { ...setBy('action dimension, then the observation’s', path), parts };
}
