/** Names of dimensions that follow from a data set's class alone: robomimic's and UMI's, where the widths agree with them. */
import type { PlainMap } from '../../base/plain.js';
import { lastName, optional } from './config.js';
import { type Dimensions, laidOut, type RotationForm, type Run } from './dimensions.js';
import { OBSERVATION } from './lowdim.js';

type Layouts = ReadonlyMap<string, Dimensions>;
type Widths = ReadonlyMap<string, number>;

/** As upstream's `RotationTransformer` calls them, with the numbers that each takes. */
const REPRESENTATIONS: Readonly<Record<string, readonly [RotationForm, number]>> = {
  axis_angle: ['axis-angle', 3],
  euler_angles: ['Euler angles', 3],
  quaternion: ['quaternion', 4],
  rotation_6d: ['6-D', 6],
  matrix: ['matrix', 9],
};

export function knownLayouts(config: PlainMap, widths: Widths): Layouts {
  const target = optional(config, ['task', 'dataset', '_target_']);
  const name = typeof target === 'string' ? lastName(target) : '';
  if (/^RobomimicReplay(?:Image|Lowdim)Dataset$/.test(name)) return robomimic(config, widths);
  if (/Umi(?:Lazy)?Dataset$/.test(name)) return umi(config, widths);
  return new Map();
}

/** Each arm: 3 of position, its rotation, 1 of gripper. Relative actions are recorded as axis-angle whatever `rotation_rep` says. */
function robomimic(config: PlainMap, widths: Widths): Layouts {
  const isAbsolute = optional(config, ['task', 'dataset', 'abs_action']) === true;
  const told = optional(config, ['task', 'dataset', 'rotation_rep']) ?? 'rotation_6d';
  const action = arms(isAbsolute ? told : 'axis_angle', widths.get('action')!, {
    position: 'eef_pos',
    rotation: 'eef_rot',
    gripper: 'gripper',
  });
  const seen = robomimicObservation(config, widths.get(OBSERVATION));
  return layouts([
    ['action', action],
    [OBSERVATION, seen],
  ]);
}

/** Values that robosuite reports of an arm. */
const REPORTED: readonly (readonly [RegExp, number])[] = [
  [/^robot\d_eef_pos$/, 3],
  [/^robot\d_eef_quat$/, 4],
  [/^robot\d_gripper_qpos$/, 2],
];

/** The low-dim data set joins them in the order of `obs_keys`; what it knows of the object takes the rest. */
function robomimicObservation(config: PlainMap, width: number | undefined): Dimensions | undefined {
  const keys = optional(config, ['task', 'dataset', 'obs_keys']);
  if (width === undefined || !Array.isArray(keys) || new Set(keys).size !== keys.length) return undefined;
  const known = keys.map((key) => REPORTED.find(([pattern]) => pattern.test(String(key)))?.[1]);
  const rest = width - known.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const open = keys.filter((_, index) => known[index] === undefined);
  const fits = open.length === 0 ? rest === 0 : open.join() === 'object' && rest > 0;
  if (!fits) return undefined;
  return laidOut(keys.map((key, index) => ({ name: String(key), width: known[index] ?? rest })));
}

/** `UmiDataset` joins position, rotation and gripper of each robot, and takes each robot to have as many numbers as the others. */
function umi(config: PlainMap, widths: Widths): Layouts {
  const meta = (...path: string[]) => optional(config, ['policy', 'shape_meta', ...path, 'rotation_rep']);
  const action = arms(meta('action') ?? 'rotation_6d', widths.get('action')!, {
    position: 'eef_pos',
    rotation: 'eef_rot',
    gripper: 'gripper_width',
    always: true,
    count: [...widths.keys()].filter((key) => key.endsWith('eef_pos')).length || undefined,
  });
  const seen = [...widths.keys()].slice(1).map((key) => {
    const form = REPRESENTATIONS[String(meta('obs', key))];
    const width = widths.get(key)!;
    return [
      key,
      form?.[1] === width ? laidOut([{ name: key, width, rotation: form[0] }]) : undefined,
    ] as const;
  });
  return layouts([['action', action], ...seen]);
}

interface ArmNames {
  readonly position: string;
  readonly rotation: string;
  readonly gripper: string;
  /** The robot's number stands in front also where there is only one. */
  readonly always?: boolean;
  /** How many robots there are, where that is told: what one of them has beyond these three stands behind them. */
  readonly count?: number | undefined;
}

/** Undefined where the width is not that of one or two arms, or of as many as are told. */
function arms(representation: unknown, width: number, names: ArmNames): Dimensions | undefined {
  const [rotation, size] = REPRESENTATIONS[String(representation)] ?? [];
  if (rotation === undefined || size === undefined) return undefined;
  const usual = 3 + size + 1;
  const count = names.count ?? width / usual;
  const more = width / count - usual;
  if (names.count === undefined ? count !== 1 && count !== 2 : !(more >= 0 && Number.isInteger(more)))
    return undefined;
  const isOne = count === 1 && names.always !== true;
  const robots = isOne ? [''] : Array.from({ length: count }, (_, robot) => `robot${robot}_`);
  return laidOut(
    robots.flatMap((robot): Run[] => [
      { name: `${robot}${names.position}`, width: 3 },
      { name: `${robot}${names.rotation}`, width: size, rotation },
      { name: `${robot}${names.gripper}`, width: 1 },
      ...(more > 0 ? [{ width: more }] : []),
    ]),
  );
}

function layouts(found: readonly (readonly [string, Dimensions | undefined])[]): Layouts {
  return new Map(
    found.flatMap(([field, dimensions]) => (dimensions === undefined ? [] : [[field, dimensions]])),
  );
}
