/** The header of a LeRobot data set, `meta/info.json`: its features by name, frames and episodes. No frame and no table is read. */
import { join } from 'node:path';
import { isThere } from '../../base/isThere.js';
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { shownJson, shownName } from '../../base/shown.js';
import { readJsonMap } from './json.js';
import { LerobotError } from './lerobotError.js';

export const INFO = 'meta/info.json';

/** Robots have some dozens. */
const MAX_FEATURES = 1000;
/** A picture has three axes, a stack of depth pictures four. */
const MAX_RANK = 8;
/** Values of a feature in one step; stops crafted widths. */
const MAX_WIDTH = 1 << 20;

/** What a policy takes a feature for. */
export type FeatureType = 'STATE' | 'VISUAL' | 'ENV' | 'ACTION';

export interface PolicyFeature {
  readonly type: FeatureType;
  /** (channels, height, width) of a picture. */
  readonly shape: readonly number[];
}

export interface DataSetInfo {
  /** The data set's folder. */
  readonly path: string;
  /** `v2.1`, `v3.0` …; undefined where it is not said. */
  readonly version: string | undefined;
  readonly fps: number | undefined;
  readonly episodes: number | undefined;
  readonly frames: number | undefined;
  /** What policies see or predict, as LeRobot hands it to them. */
  readonly features: ReadonlyMap<string, PolicyFeature>;
  /** Of each entry of a feature, where the data set names them. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

export function isLerobotDataSet(path: string): Promise<boolean> {
  return isThere(join(path, INFO));
}

/** Throws `LerobotError` where it lacks something or contradicts itself. */
export async function readDataSetInfo(path: string): Promise<DataSetInfo> {
  const file = join(path, INFO);
  if (!(await isThere(file)))
    throw new LerobotError(
      'lerobot-data-set',
      path,
      `is not a LeRobot data set: it lacks ${INFO}`,
      'Give the folder of the data set (HF_LEROBOT_HOME/USER/NAME).',
    );
  const info = await readJsonMap(file);
  const { features } = info;
  if (!isPlainMap(features) || Object.keys(features).length > MAX_FEATURES)
    throw wrong(
      file,
      `features is ${shownJson(features)}, expected at most ${MAX_FEATURES} features by name`,
    );
  const entries = Object.entries(features).map(
    ([name, feature]) => [name, checked(name, feature, file)] as const,
  );
  return {
    path,
    version: typeof info['codebase_version'] === 'string' ? info['codebase_version'] : undefined,
    ...numbersOf(info, file),
    features: new Map(
      entries.flatMap(([name, feature]) => {
        const seen = policyFeature(name, feature);
        return seen === undefined ? [] : [[name, seen] as const];
      }),
    ),
    names: new Map(
      entries.flatMap(([name, { names, shape }]) => {
        const known = entryNames(names);
        return known !== undefined && known.length === shape[0] ? [[name, known] as const] : [];
      }),
    ),
  };
}

function numbersOf(info: PlainMap, file: string): Pick<DataSetInfo, 'fps' | 'episodes' | 'frames'> {
  const number = (key: string): number | undefined => {
    const value = info[key];
    if (value === undefined || value === null) return undefined;
    const found = asNumber(value);
    if (found !== undefined && Number.isFinite(found) && found >= 0) return found;
    throw wrong(file, `${key} is ${shownJson(value)}, expected a number`);
  };
  return { fps: number('fps'), episodes: number('total_episodes'), frames: number('total_frames') };
}

interface Feature {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly names: Plain | undefined;
}

function checked(name: string, feature: Plain, file: string): Feature {
  const { dtype, shape, names } = isPlainMap(feature) ? feature : ({} as PlainMap);
  const sizes = Array.isArray(shape) ? shape.map((size: Plain) => asNumber(size)) : undefined;
  const isShape = sizes?.every((size) => size !== undefined && Number.isInteger(size) && size > 0);
  if (typeof dtype !== 'string')
    throw wrong(file, `${shownName(name)} has the dtype ${shownJson(dtype)}, expected a name`);
  if (
    sizes === undefined ||
    isShape !== true ||
    sizes.length > MAX_RANK ||
    product(sizes as number[]) > MAX_WIDTH * 64
  )
    throw wrong(file, `${shownName(name)} has the shape ${shownJson(shape)}, expected positive sizes`);
  return { dtype, shape: sizes as number[], names };
}

/** As LeRobot's `dataset_to_policy_features`; undefined for what it hands to no policy: times, indices, rewards. */
function policyFeature(name: string, { dtype, shape, names }: Feature): PolicyFeature | undefined {
  if (dtype === 'image' || dtype === 'video') return { type: 'VISUAL', shape: channelsFirst(shape, names) };
  if (name === 'observation.environment_state') return { type: 'ENV', shape };
  if (name.startsWith('observation')) return { type: 'STATE', shape };
  return name.startsWith('action') ? { type: 'ACTION', shape } : undefined;
}

function channelsFirst(shape: readonly number[], names: Plain | undefined): readonly number[] {
  const [height, width, channels] = shape;
  const last = Array.isArray(names) ? names[2] : undefined;
  const isLast = last === 'channel' || last === 'channels';
  return shape.length === 3 && isLast ? [channels!, height!, width!] : shape;
}

/** A list of names, or one list under any key (`motors`, `axes`), as data sets of version 2 have them. */
function entryNames(names: Plain | undefined): readonly string[] | undefined {
  const lists = isPlainMap(names) ? Object.values(names) : [names];
  const [list] = lists;
  if (lists.length !== 1 || !Array.isArray(list)) return undefined;
  return list.every((name: Plain) => typeof name === 'string') ? (list as readonly string[]) : undefined;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((count, size) => count * size, 1);
}

function wrong(file: string, message: string): LerobotError {
  return new LerobotError('lerobot-data-set', file, message, 'Copy the data set again.');
}
