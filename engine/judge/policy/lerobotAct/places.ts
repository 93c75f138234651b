/** Which observation a key of ACT belongs to, and which axes follow the action, an observation or the chunk. */
import type { AxisSegment, FollowedAxis, KeyPlace } from '../family.js';
import { STATE } from '../lerobot/features.js';
import { BACKBONE } from './keys.js';
import { type LerobotActSpec, tokensOf } from './spec.js';

/** Layers that read or write the action. */
export const ACTION_LAYERS: readonly string[] = ['model.vae_encoder_action_input_proj', 'model.action_head'];

const OF_VECTOR = /^model\.(?:vae_)?encoder_(robot_state|env_state)_input_proj\./;
const IMAGES = /^model\.encoder_img_feat_input_proj\./;
/** Where a policy's config is not known, LeRobot's own name. */
const ENVIRONMENT = 'observation.environment_state';

/** Keys write the two vectors by names of their own. */
export function placeOf(key: string, spec?: LerobotActSpec): KeyPlace {
  const written = OF_VECTOR.exec(key)?.[1];
  if (written !== undefined) {
    const name = written === 'robot_state' ? (spec?.state ?? STATE) : (spec?.environment ?? ENVIRONMENT);
    return { part: 'other', of: { name, at: key.indexOf(written), written } };
  }
  return { part: key.startsWith(`${BACKBONE}.`) || IMAGES.test(key) ? 'encoder' : 'other' };
}

export function nameInKeys(observation: string, { environment }: LerobotActSpec): string {
  return observation === environment ? 'env_state' : 'robot_state';
}

/** Undefined for a key that follows none of them. */
export function axisOf(key: string, spec: LerobotActSpec): FollowedAxis | undefined {
  const { of: vector } = placeOf(key, spec);
  if (vector !== undefined) return key.endsWith('.weight') ? reading(vector.name, spec) : undefined;
  switch (key) {
    case 'model.vae_encoder_action_input_proj.weight':
      return { axis: 1, segments: [{ of: 'action', width: spec.actionDim }], startsSilent: true };
    case 'model.action_head.weight':
    case 'model.action_head.bias':
      return { axis: 0, segments: [{ of: 'action', width: spec.actionDim }], startsSilent: false };
    case 'model.encoder_1d_feature_pos_embed.weight':
      return { axis: 0, segments: tokensOf(spec).map((name) => other(name, 1)), startsSilent: false };
    case 'model.decoder_pos_embed.weight':
      return { axis: 0, segments: [other('step of the chunk', spec.horizon)], startsSilent: false };
    default:
      return undefined;
  }
}

function reading(key: string, { observations }: LerobotActSpec): FollowedAxis | undefined {
  const width = observations.find((obs) => obs.key === key)?.shape[0];
  if (width === undefined) return undefined;
  return { axis: 1, segments: [{ of: 'observation', key, width }], startsSilent: true };
}

function other(name: string, width: number): AxisSegment {
  return { of: 'other', name, width };
}
