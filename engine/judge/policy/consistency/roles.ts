/** The roles of the keys of a policy of consistency-policy: those of a UNet, for each of the UNets that it holds. */
import { observedContext } from '../conditionalUnet1d/observedRoles.js';
import { unetRoles } from '../conditionalUnet1d/roles.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import { type DimensionRole, DUMMY_ROLES, type KeyRole, type RoleRule, roleBy, setBy } from '../keyRole.js';
import { normalizerRoles } from '../normalizer.js';
import { ENCODER_ROLES, observationFeatures } from '../robomimicRoles.js';
import { fieldRole } from '../shapeMetaRoles.js';
import { type ConsistencySpec, ownKey } from './spec.js';

type Facts = Partial<ConsistencySpec>;

const CONTEXT = observedContext(observationFeatures);
const UNET_ROLES = unetRoles({ ...CONTEXT, condition });
const OTHERS: readonly RoleRule[] = [...ENCODER_ROLES, ...normalizerRoles(fieldRole), ...DUMMY_ROLES];

const WHOSE = { model: '', model_ema: ', of the student’s average', teacher: ', of the teacher' } as const;

export function consistencyRole(key: string, facts: Facts): KeyRole | undefined {
  const own = ownKey(key);
  if (own === undefined) return roleBy(OTHERS, key, facts);
  const { teacher } = facts;
  const shape = own.network === 'teacher' && teacher !== undefined ? { unet: teacher } : {};
  const role = roleBy<UnetSpec>(UNET_ROLES, own.key, { ...facts, ...shape });
  return role && { ...role, meaning: `${role.meaning}${WHOSE[own.network]}` };
}

/** A student's begins with two embeddings of the same width. */
function condition(facts: Partial<UnetSpec>): DimensionRole {
  const role = CONTEXT.condition(facts);
  const stop = facts.unet?.globalCondition?.find((part) => part.of === 'other');
  if (stop === undefined) return role;
  const both = setBy(
    `embeddings of the diffusion step and the stop time, then the observation features`,
    ...role.paths,
  );
  return role.parts === undefined ? both : { ...both, parts: `stop time ${stop.width} + ${role.parts}` };
}
