/** The config of the new policy: one that is given, or the old one with the features of a data set. */
import { firstFew } from '../../base/firstFew.js';
import { isPlainMap, type PlainMap } from '../../base/plain.js';
import { quoted } from '../../base/shell.js';
import { shownName } from '../../base/shown.js';
import type { DataSetInfo, PolicyFeature } from '../../formats/lerobot/dataSetInfo.js';
import { policyFeatures } from '../../formats/lerobot/features.js';
import type { LerobotConfig } from '../../formats/lerobot/policyConfig.js';
import { AdaptError } from '../adaptError.js';

export interface FeatureNames {
  /** Old observation → new one. */
  readonly rename: ReadonlyMap<string, string>;
  /** The policy's name → the data set's, where that is another. */
  readonly inDataSet: ReadonlyMap<string, string>;
}

/**
 * The old config, its action and its inputs as wide as the data set has them. Which inputs a policy takes stays its own matter, as in
 * LeRobot: what else the data set has is not added. Throws `AdaptError` naming what the data set lacks.
 */
export function withFeaturesOf(
  old: LerobotConfig,
  info: DataSetInfo,
  names: FeatureNames,
  file: string,
): LerobotConfig {
  const change = (key: 'input_features' | 'output_features'): PlainMap => {
    const { inputs, outputs } = policyFeatures(old, file);
    const known = key === 'input_features' ? inputs : outputs;
    const before = old[key];
    if (!isPlainMap(before)) return {};
    return Object.fromEntries(
      Object.entries(before).map(([name, feature]) => {
        const now = names.rename.get(name) ?? name;
        const seen = known.get(name);
        return seen === undefined ? [name, feature] : [now, plainFeature(featureOf(now, seen, info, names))];
      }),
    );
  };
  return { ...old, input_features: change('input_features'), output_features: change('output_features') };
}

/** Throws `AdaptError` where the data set's features are not those of the config. */
export function requireFeatures(
  config: LerobotConfig,
  info: DataSetInfo,
  names: FeatureNames,
  file: string,
): void {
  for (const [name, wanted] of policyFeatures(config, file).all) {
    const found = featureOf(name, wanted, info, names);
    if (wanted.type === 'VISUAL' || wanted.shape.join() === found.shape.join()) continue;
    throw new AdaptError({
      code: 'adapt-features',
      file,
      message: `has ${shownName(name)} of shape [${wanted.shape.join(', ')}], but the data set ${info.path} has [${found.shape.join(', ')}]`,
      hint: 'Make the two agree, or leave --config out: the new policy then has the shapes of the data set.',
    });
  }
}

function featureOf(
  name: string,
  before: PolicyFeature,
  info: DataSetInfo,
  { inDataSet }: FeatureNames,
): PolicyFeature {
  const called = inDataSet.get(name) ?? name;
  const found = info.features.get(called);
  const isAlike = found?.type === before.type && found.shape.length === before.shape.length;
  if (isAlike) return found;
  const what =
    found === undefined
      ? `has no ${shownName(called)}`
      : `has ${shownName(called)} as ${found.type} of shape [${found.shape.join(', ')}], not as ${before.type}`;
  const alike = [...info.features].flatMap(([other, { type }]) => (type === before.type ? [other] : []));
  throw new AdaptError({
    code: 'adapt-features',
    file: info.path,
    message: `${what}, which the policy ${before.type === 'ACTION' ? 'predicts' : 'takes in'}; of this type it has ${firstFew(alike.map(shownName)) || 'nothing'}`,
    hint:
      alike.length > 0 && before.type !== 'ACTION'
        ? `Say which one continues it: --rename ${quoted(`${name}=${alike[0]}`)}`
        : 'Choose the data set that the new policy is trained on.',
  });
}

function plainFeature({ type, shape }: PolicyFeature): PlainMap {
  return { type, shape };
}
