/** Reads what a config gives DP3's encoder: the observations that it sees, by their names, and its PointNet. */
import type { PlainMap } from '../../../base/plain.js';
import { booleanAt, countAt, mapAt, optional, PolicyConfigError, shapeAt, textAt } from '../config.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { ObservationSpec } from '../spec.js';
import { type CloudEncoder, IMAGINED_ROBOT, POINT_CLOUD, type PointNet, unprojected } from './encoder.js';
import type { Dp3Class } from './spec.js';

const META = ['policy', 'shape_meta', 'obs'] as const;
const ENCODER = ['policy', 'pointcloud_encoder_cfg'] as const;
const AGENT = ['agent_pos'] as const;
/** What DP3 of equidiff joins instead. */
const ROBOT = ['robot0_eef_pos', 'robot0_eef_quat', 'robot0_gripper_qpos'] as const;
/** Observations that such a policy may see; it looks at no other, whatever `shape_meta` has, nor at their `type`. */
export const SEEN: readonly string[] = [POINT_CLOUD, IMAGINED_ROBOT, ...AGENT, ...ROBOT];

interface EncoderRead {
  readonly encoder: CloudEncoder;
  /** Points first, then the state. */
  readonly observations: readonly ObservationSpec[];
}

/** Throws `PolicyConfigError`. */
export function readEncoder(config: PlainMap, policyClass: Dp3Class): EncoderRead {
  const present = Object.keys(mapAt(config, META));
  const isMultiStage = policyClass === 'DiffusionPointcloudPolicy';
  const colours = booleanAt(config, ['policy', 'use_pc_color'], false);
  const state = stateNames(config, present).map((key) => readState(config, key));
  const hasRobot = !isMultiStage && present.includes(IMAGINED_ROBOT);
  const names = hasRobot ? [POINT_CLOUD, IMAGINED_ROBOT] : [POINT_CLOUD];
  const clouds = names.map((key) => readCloud(config, key, colours));
  mapAt(config, ENCODER);
  const net = isMultiStage ? readMultiStage(config, colours) : readPointNet(config, colours ? 6 : 3);
  return { encoder: { ...net, state }, observations: [...clouds, ...state] };
}

/** Both upstreams have a class DP3: the observations tell which one it is. */
function stateNames(config: PlainMap, present: readonly string[]): readonly string[] {
  const isEquidiff = textAt(config, ['policy', '_target_']).startsWith('equi_diffpo.');
  const joined = present.includes(ROBOT[0]) && (isEquidiff || !present.includes(AGENT[0]));
  return joined ? ROBOT : AGENT;
}

function readState(config: PlainMap, key: string): ObservationSpec {
  return { key, type: 'low_dim', shape: shapeAt(config, [...META, key, 'shape'], 1, MAX_WIDTH) };
}

/** Any number of points; of each its coordinates, and its colour where that is used. */
function readCloud(config: PlainMap, key: string, colours: boolean): ObservationSpec {
  const path = [...META, key, 'shape'];
  const shape = shapeAt(config, path, 2, MAX_WIDTH);
  const values = shape[1]!;
  if (colours && values < 6)
    throw new PolicyConfigError([...path, '1'], `is ${values}, expected 6: policy.use_pc_color is true`);
  if (values < 3) throw new PolicyConfigError([...path, '1'], `is ${values}, expected three coordinates`);
  return { key, type: 'point_cloud', shape };
}

type Net = Pick<CloudEncoder, 'pointNet' | 'cloudFeatures'>;

function readPointNet(config: PlainMap, channels: 3 | 6): Net {
  requireType(config, 'pointnet', 'pointnet');
  const cloudFeatures = countAt(config, ['policy', 'encoder_output_dim'], {
    least: 1,
    most: MAX_WIDTH,
    otherwise: 256,
  });
  // Upstream's PointNet with colours takes this setting and projects all the same.
  const isProjected = channels === 6 || booleanAt(config, [...ENCODER, 'use_projection'], true);
  requireFeatures(config, cloudFeatures, isProjected ? undefined : unprojected(channels));
  const pointNet: PointNet = {
    kind: 'pointnet',
    channels,
    hasNorms: booleanAt(config, [...ENCODER, 'use_layernorm'], false),
    projection: isProjected ? projectionOf(config) : 'none',
  };
  return { pointNet, cloudFeatures };
}

function projectionOf(config: PlainMap): 'layer' | 'layer and norm' {
  const path = [...ENCODER, 'final_norm'];
  const norm = textAt(config, path, 'none');
  if (norm === 'none' || norm === 'layernorm') return norm === 'none' ? 'layer' : 'layer and norm';
  throw new PolicyConfigError(path, `is ${norm}, expected layernorm or none`);
}

/** Upstream's encoder believes `encoder_output_dim`, its PointNet its own setting; `own` where that does not count. */
function requireFeatures(config: PlainMap, believed: number, own: number | undefined): void {
  const path = [...ENCODER, 'out_channels'];
  const made = own ?? countAt(config, path, { least: 1, most: MAX_WIDTH, otherwise: 1024 });
  if (made === believed) return;
  const what = own === undefined ? path.join('.') : 'a PointNet without use_projection';
  throw new PolicyConfigError(
    ['policy', 'encoder_output_dim'],
    `is ${believed}, but ${what} gives ${made} features, so the first batch fails`,
    'Set out_channels to ${policy.encoder_output_dim}.',
  );
}

function readMultiStage(config: PlainMap, colours: boolean): Net {
  requireType(config, 'multi_stage_pointnet', 'pointnet');
  if (colours)
    throw new PolicyConfigError(
      ['policy', 'use_pc_color'],
      'is true, expected false: multi_stage_pointnet reads three coordinates of each point',
    );
  const count = (name: string) => countAt(config, [...ENCODER, name], { least: 1, most: MAX_WIDTH });
  count('num_points');
  return { pointNet: { kind: 'multi_stage_pointnet' }, cloudFeatures: count('out_channels') };
}

/** `otherwise` is what upstream's constructor takes for an absent one. */
function requireType(config: PlainMap, expected: PointNet['kind'], otherwise: string): void {
  const path = ['policy', 'pointnet_type'];
  const found = textAt(config, path, otherwise);
  if (found === expected) return;
  const absent = optional(config, path) === undefined ? ' (absent, upstream’s default)' : '';
  throw new PolicyConfigError(path, `is ${found}${absent}, expected ${expected}`);
}
