/** What a UNet sees behind an encoder that puts the observed steps of each observation one behind the other, and the config values behind it. */

import type { AxisSegment } from '../family.js';
import { type DimensionRole, setBy } from '../keyRole.js';
import { ACTION_DIMENSION, OBSERVATIONS } from '../shapeMetaRoles.js';
import type { ObservationSpec } from '../spec.js';
import { MODEL_PATH } from '../timmEncoder/roles.js';
import type { UnetRoleContext } from './roles.js';
import { type UnetSpec, widthOf } from './shape.js';

const EMBEDDING_PATH = 'policy.diffusion_step_embed_dim';
/** Observations that a meaning spells out; two arms have about a dozen. */
const MAX_NAMED = 12;
/** Observations whose settings are told one by one. */
const MAX_PATHS = 5;

export const SEES: UnetRoleContext = { path: 'policy', input: () => ACTION_DIMENSION, condition };

/** The steps of one observation lie together. */
function condition({ observations, unet }: Partial<UnetSpec>): DimensionRole {
  const meaning =
    'embedding of the diffusion step, then the features of each observation, one observed step behind the other';
  if (observations === undefined || unet?.globalCondition === undefined)
    return setBy(meaning, EMBEDDING_PATH, OBSERVATIONS, MODEL_PATH);
  const parts = observations.flatMap(({ key }) => partOf(key, unet.globalCondition!));
  const more = parts.length > MAX_NAMED ? [`${parts.length - MAX_NAMED} more`] : [];
  const named = [`diffusion step ${unet.stepEmbedding}`, ...parts.slice(0, MAX_NAMED), ...more].join(' + ');
  const paths = observations.length > MAX_PATHS ? [OBSERVATIONS] : observations.flatMap(pathsOf);
  return { ...setBy(meaning, EMBEDDING_PATH, ...paths, MODEL_PATH), parts: named };
}

function partOf(name: string, segments: readonly AxisSegment[]): string[] {
  const steps = segments.filter((segment) => segment.of === 'observation' && segment.key === name);
  return steps.length === 0 ? [] : [`${name} ${steps.length} × ${widthOf(steps) / steps.length}`];
}

function pathsOf({ key, type }: ObservationSpec): string[] {
  return [type === 'rgb' ? 'type' : 'shape.0', 'horizon'].map((name) => `${OBSERVATIONS}.${key}.${name}`);
}
