/** DP3's encoder: a PointNet over the points of a step and an MLP over its state; its keys, its features, and how it starts. */
import type { AxisSegment, FollowedAxis, KeyPlace } from '../family.js';
import type { InitialRule } from '../initial.js';
import type { ParameterListing } from '../listing.js';
import type { ObservationSpec, ParameterSpec } from '../spec.js';

export const POINT_CLOUD = 'point_cloud';
/** Points of the robot itself, which join those of the camera. */
export const IMAGINED_ROBOT = 'imagin_robot';

export interface CloudEncoder {
  readonly pointNet: PointNet;
  /** What the PointNet makes of all points of a step. */
  readonly cloudFeatures: number;
  /** Joined in this order, they are the state. */
  readonly state: readonly ObservationSpec[];
}

export type PointNet =
  /** A layer for each width, applied to each point; then the greatest over all points, and a projection. */
  | {
      readonly kind: 'pointnet';
      /** Three coordinates, or with a colour six. */
      readonly channels: 3 | 6;
      readonly hasNorms: boolean;
      readonly projection: 'none' | 'layer' | 'layer and norm';
    }
  /** Each stage sees the greatest of the stage before beside each point. */
  | { readonly kind: 'multi_stage_pointnet' };

const ENCODER = 'obs_encoder.';
const EXTRACTOR = `${ENCODER}extractor`;
const STATE = `${ENCODER}state_mlp`;
/** Upstream's constructor fixes these. */
export const STATE_FEATURES = 64;
const WIDTHS = { 3: [64, 128, 256], 6: [64, 128, 256, 512] } as const;
const STAGE_WIDTH = 128;
const STAGES = 4;
/** Behind the last of the layers with colours there is none. */
const MAX_NORMS = 3;

/** Features of a PointNet without a projection. */
export function unprojected(channels: 3 | 6): number {
  return WIDTHS[channels].at(-1)!;
}

export function addCloudEncoder(
  list: ParameterListing,
  { pointNet, cloudFeatures, state }: CloudEncoder,
): void {
  if (pointNet.kind === 'pointnet') addPointNet(list, pointNet, cloudFeatures);
  else addMultiStage(list, cloudFeatures);
  list.layer(`${STATE}.0`, STATE_FEATURES, stateWidth(state));
  list.layer(`${STATE}.2`, STATE_FEATURES, STATE_FEATURES);
}

/** Each layer has a norm, or what stands for one, and an activation behind it. */
function addPointNet(
  list: ParameterListing,
  { channels, hasNorms, projection }: Extract<PointNet, { kind: 'pointnet' }>,
  features: number,
): void {
  let into: number = channels;
  for (const [at, width] of WIDTHS[channels].entries()) {
    list.layer(`${EXTRACTOR}.mlp.${3 * at}`, width, into);
    if (hasNorms && at < MAX_NORMS) list.layer(`${EXTRACTOR}.mlp.${3 * at + 1}`, width);
    into = width;
  }
  const last = `${EXTRACTOR}.final_projection`;
  if (projection === 'layer') list.layer(last, features, into);
  if (projection !== 'layer and norm') return;
  list.layer(`${last}.0`, features, into);
  list.layer(`${last}.1`, features);
}

function addMultiStage(list: ParameterListing, features: number): void {
  const stages = Array.from({ length: STAGES }, (_, stage) => stage);
  list.layer(`${EXTRACTOR}.conv_in`, STAGE_WIDTH, 3, 1);
  for (const stage of stages) list.layer(`${EXTRACTOR}.layers.${stage}`, STAGE_WIDTH, STAGE_WIDTH, 1);
  for (const stage of stages)
    list.layer(`${EXTRACTOR}.global_layers.${stage}`, STAGE_WIDTH, 2 * STAGE_WIDTH, 1);
  list.layer(`${EXTRACTOR}.conv_out`, features, STAGES * STAGE_WIDTH, 1);
}

function stateWidth(state: readonly ObservationSpec[]): number {
  return state.reduce((sum, { shape }) => sum + shape[0]!, 0);
}

/** The encoder's output along an axis; `step` where each observed step has entries of its own. */
export function cloudSegments({ cloudFeatures }: CloudEncoder, step?: number): AxisSegment[] {
  const of = step === undefined ? '' : ` of step ${step + 1}`;
  return [
    { of: 'other', name: `features of the points${of}`, width: cloudFeatures },
    { of: 'other', name: `features of the state${of}`, width: STATE_FEATURES },
  ];
}

/** The only layer that is as wide as what is observed: points have three coordinates, or six values, whatever the task. */
export function cloudAxis(key: string, { state }: CloudEncoder): FollowedAxis | undefined {
  if (key !== `${STATE}.0.weight`) return undefined;
  const segments = state.map(({ key: name, shape }): AxisSegment => {
    return { of: 'observation', key: name, width: shape[0]! };
  });
  return { axis: 1, segments, startsSilent: true };
}

/** Undefined where the key is not the encoder's. */
export function cloudPlace(key: string): KeyPlace | undefined {
  return key.startsWith(ENCODER) ? { part: 'encoder' } : undefined;
}

/** What PyTorch's constructors put there: 1 and 0 into norms, which alone have a weight of one axis. */
export function cloudRule({ key }: ParameterSpec, parameters: readonly ParameterSpec[]): InitialRule {
  const [name, part] = [key.slice(0, key.lastIndexOf('.')), key.slice(key.lastIndexOf('.') + 1)];
  const { shape } = parameters.find((entry) => entry.key === `${name}.weight`)!;
  if (shape.length === 1) return { kind: 'constant', value: part === 'weight' ? 1 : 0 };
  return { kind: 'uniform', bound: 1 / Math.sqrt(shape[1]!) };
}
