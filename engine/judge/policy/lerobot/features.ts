/** The features that a config.json of LeRobot gives a policy: which of them its diffusion and ACT policies read, their shapes, how they are normalised. */
import { isPlainMap, type PlainMap } from '../../../base/plain.js';
import { mapAt, optional, PolicyConfigError, shapeAt, textAt } from '../config.js';
import type { ComparedSetting } from '../family.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { ObservationSpec } from '../spec.js';

export const STATE = 'observation.state';
export const ACTION = 'action';
export const INPUTS = ['policy', 'input_features'] as const;
const OUTPUTS = ['policy', 'output_features'] as const;
const MODES = ['policy', 'normalization_mapping'] as const;
const MAX_FEATURES = 256; // far above real policies
/** Of torchvision's ResNets, which have three input channels. */
const CHANNELS = 3;

export interface LerobotFeatures {
  readonly actionDim: number;
  /** The robot's own, which ACT can do without. */
  readonly state: ObservationSpec | undefined;
  readonly environment: ObservationSpec | undefined;
  /** In the order of the config, in which LeRobot joins them. */
  readonly images: readonly ObservationSpec[];
}

/** Other features than these are not read by the two policies. Throws `PolicyConfigError`. */
export function readFeatures(config: PlainMap): LerobotFeatures {
  const inputs = typed(config, INPUTS);
  requireOutputs(typed(config, OUTPUTS));
  const vector = (name: string | undefined): ObservationSpec | undefined =>
    name === undefined
      ? undefined
      : { key: name, type: 'low_dim', shape: shapeAt(config, [...INPUTS, name, 'shape'], 1, MAX_WIDTH) };
  const features: LerobotFeatures = {
    actionDim: shapeAt(config, [...OUTPUTS, ACTION, 'shape'], 1, MAX_WIDTH)[0]!,
    state: vector(inputs.get(STATE) === 'STATE' ? STATE : undefined),
    environment: vector(firstOf(inputs, 'ENV')),
    images: [...inputs].flatMap(([name, type]) => (type === 'VISUAL' ? [image(config, name)] : [])),
  };
  if (features.images.length > 0 || features.environment !== undefined) return features;
  throw new PolicyConfigError(
    INPUTS,
    'has neither an image (VISUAL) nor the state of the environment (ENV): LeRobot refuses such a policy',
  );
}

/** Names with their types. */
function typed(config: PlainMap, path: readonly string[]): Map<string, string> {
  if ((optional(config, path) ?? null) === null)
    throw new PolicyConfigError(
      path,
      'is missing or null: LeRobot fills it in from the data set when a training starts',
      'Give the config.json that a LeRobot training saved, or write the features into it.',
    );
  const names = Object.keys(mapAt(config, path));
  if (names.length > MAX_FEATURES)
    throw new PolicyConfigError(path, `has ${names.length} entries, expected at most ${MAX_FEATURES}`);
  return new Map(names.map((name) => [name, textAt(config, [...path, name, 'type'])]));
}

function requireOutputs(outputs: ReadonlyMap<string, string>): void {
  const type = outputs.get(ACTION);
  if (type === 'ACTION') return;
  const found =
    type === undefined
      ? `has no ${ACTION} (it has ${named(outputs)})`
      : `calls ${ACTION} a feature of type ${type}`;
  throw new PolicyConfigError(OUTPUTS, `${found}, expected ${ACTION} of type ACTION`);
}

function named(features: ReadonlyMap<string, string>): string {
  return [...features.keys()].slice(0, 8).join(', ') || 'nothing';
}

function firstOf(features: ReadonlyMap<string, string>, wanted: string): string | undefined {
  return [...features].find(([, type]) => type === wanted)?.[0];
}

function image(config: PlainMap, key: string): ObservationSpec {
  const path = [...INPUTS, key, 'shape'];
  const shape = shapeAt(config, path, 3, MAX_WIDTH);
  if (shape[0] === CHANNELS) return { key, type: 'rgb', shape };
  throw new PolicyConfigError(
    [...path, '0'],
    `is ${shape[0]}, expected ${CHANNELS}: LeRobot's config gives an image as (channels, height, width), and its ResNet takes colour images`,
  );
}

/** Of a feature's shape, as a role tells it; the name has dots of its own. */
export function shapePath(name: string): string {
  return `${name === ACTION ? OUTPUTS.join('.') : INPUTS.join('.')}.${name}.shape.0`;
}

export function typePath(name: string): string {
  return `${INPUTS.join('.')}.${name}.type`;
}

const TYPES = ['VISUAL', 'STATE', 'ENV', ACTION.toUpperCase()] as const;
const KNOWN_MODES = ['IDENTITY', 'MIN_MAX', 'MEAN_STD', 'QUANTILES', 'QUANTILE10'];

/** By the type of the features; what is not named is passed on as it is. */
export type NormalizationModes = Readonly<Record<string, string>>;

/** `usual` are the policy's own, where the config says nothing. Throws `PolicyConfigError`. */
export function readModes(config: PlainMap, usual: NormalizationModes): NormalizationModes {
  const given = optional(config, MODES) ?? usual;
  if (!isPlainMap(given)) throw new PolicyConfigError(MODES, 'is not a mapping of feature types to modes');
  return Object.fromEntries(
    TYPES.map((type) => {
      const mode = given === usual ? usual[type] : textAt(config, [...MODES, type], 'IDENTITY');
      if (mode === undefined || KNOWN_MODES.includes(mode)) return [type, mode ?? 'IDENTITY'];
      throw new PolicyConfigError([...MODES, type], `is ${mode}, expected ${KNOWN_MODES.join(', ')}`);
    }),
  );
}

/** LeRobot normalises outside the network; with another mode the same weights see and mean other values. */
export function modeSettings(modes: NormalizationModes): ComparedSetting[] {
  return Object.entries(modes).map(([type, value]) => ({ name: `${MODES.join('.')}.${type}`, value }));
}
