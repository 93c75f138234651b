/** The features of a LeRobot policy's config: what it takes in and what it predicts, by name. */
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { shownJson, shownName } from '../../base/shown.js';
import type { FeatureType, PolicyFeature } from './dataSetInfo.js';
import { LerobotError } from './lerobotError.js';
import type { LerobotConfig } from './policyConfig.js';

export const ACTION = 'action';

/** Far above real policies. */
const MAX_FEATURES = 1000;
const MAX_RANK = 8;
const TYPES: readonly string[] = ['STATE', 'VISUAL', 'ENV', 'ACTION'] satisfies FeatureType[];

type Features = ReadonlyMap<string, PolicyFeature>;

export interface PolicyFeatures {
  readonly inputs: Features;
  readonly outputs: Features;
  /** Inputs first, then outputs, as the normalising steps have them. */
  readonly all: Features;
  /** By the type of a feature; `IDENTITY` where nothing is said. */
  modeOf(type: FeatureType): string;
}

/** Features of other types (of languages, rewards) are left out. `file` is for messages. Throws `LerobotError`. */
export function policyFeatures(config: LerobotConfig, file: string): PolicyFeatures {
  const [inputs, outputs] = [
    featuresIn(config, 'input_features', file),
    featuresIn(config, 'output_features', file),
  ];
  const modes = config['normalization_mapping'];
  return {
    inputs,
    outputs,
    all: new Map([...inputs, ...outputs]),
    modeOf: (type) => {
      const mode = isPlainMap(modes) ? modes[type] : undefined;
      return typeof mode === 'string' ? mode : 'IDENTITY';
    },
  };
}

function featuresIn(config: PlainMap, key: string, file: string): Features {
  const value = config[key] ?? {};
  if (!isPlainMap(value) || Object.keys(value).length > MAX_FEATURES)
    throw new LerobotError(
      'lerobot-policy',
      file,
      `${key} is ${shownJson(value)}, expected features by name`,
    );
  return new Map(
    Object.entries(value).flatMap(([name, feature]) => {
      const { type, shape } = isPlainMap(feature) ? feature : ({} as PlainMap);
      if (typeof type !== 'string' || !TYPES.includes(type)) return [];
      const sizes = sizesOf(shape);
      if (sizes === undefined)
        throw new LerobotError(
          'lerobot-policy',
          file,
          `${key}: ${shownName(name)} has the shape ${shownJson(shape)}, expected positive sizes`,
        );
      return [[name, { type: type as FeatureType, shape: sizes }] as const];
    }),
  );
}

function sizesOf(shape: Plain | undefined): readonly number[] | undefined {
  if (!Array.isArray(shape) || shape.length > MAX_RANK) return undefined;
  const sizes = shape.map((size: Plain) => asNumber(size));
  const isShape = sizes.every((size) => size !== undefined && Number.isInteger(size) && size > 0);
  return isShape ? (sizes as number[]) : undefined;
}

/** What a mode of LeRobot's normalising steps reads; without one of them LeRobot stops. */
export function statisticsOfMode(mode: string): readonly string[] {
  switch (mode) {
    case 'MEAN_STD':
      return ['mean', 'std'];
    case 'MIN_MAX':
      return ['min', 'max'];
    case 'QUANTILES':
      return ['q01', 'q99'];
    case 'QUANTILE10':
      return ['q10', 'q90'];
    default:
      return [];
  }
}

/** `observation.images.front.mean` → feature and statistic. */
export function statisticKey(key: string): { readonly feature: string; readonly statistic: string } {
  const end = key.lastIndexOf('.');
  return { feature: key.slice(0, Math.max(0, end)), statistic: key.slice(end + 1) };
}
