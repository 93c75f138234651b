/** Reads what a config gives a `ConditionalUnet1D`, wherever it gives it, and refuses what upstream's code fails on. */
import { isPlainMap, type PlainMap } from '../../../base/plain.js';
import { booleanAt, countAt, optional, PolicyConfigError, shapeAt } from '../config.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import { LAST_GROUPS, type UnetShape } from './shape.js';

/** Far above real policies; a typing slip must not become a million keys. */
const MAX_LEVELS = 16;
const MAX_KERNEL = 1 << 10;

/** Defaults of whoever builds the network: upstream's policies have others than its `ConditionalUnet1D`. */
export interface UnetDefaults {
  readonly kernelSize: number;
  readonly predictScale: boolean;
}

type UnetSettings = Pick<UnetShape, 'stepEmbedding' | 'downDims' | 'kernelSize' | 'groups' | 'predictScale'>;

const USUAL_DIMS = [256, 512, 1024];

/** `path` holds the keys: `policy`, or `policy.model`. Throws `PolicyConfigError`. */
export function readUnet(config: PlainMap, path: readonly string[], defaults: UnetDefaults): UnetSettings {
  const count = (name: string, most: number, otherwise: number) =>
    countAt(config, [...path, name], { least: 1, most, otherwise });
  const settings: UnetSettings = {
    stepEmbedding: count('diffusion_step_embed_dim', MAX_WIDTH, 256),
    downDims: readDims(config, [...path, 'down_dims']),
    kernelSize: count('kernel_size', MAX_KERNEL, defaults.kernelSize),
    groups: count('n_groups', MAX_WIDTH, 8),
    predictScale: booleanAt(config, [...path, 'cond_predict_scale'], defaults.predictScale),
  };
  refuseUnbuildable(settings, path);
  return settings;
}

function readDims(config: PlainMap, path: readonly string[]): number[] {
  const found = optional(config, path);
  if (found === undefined) return [...USUAL_DIMS];
  const length = Array.isArray(found) ? found.length : 0;
  if (length >= 1 && length <= MAX_LEVELS) return shapeAt(config, path, length, MAX_WIDTH);
  const text = isPlainMap(found) || !Array.isArray(found) ? 'is not a list' : `has ${length} entries`;
  throw new PolicyConfigError(path, `${text}, expected a list of 1 to ${MAX_LEVELS} positive whole numbers`);
}

function refuseUnbuildable(settings: UnetSettings, path: readonly string[]): void {
  const { stepEmbedding, downDims, kernelSize, groups } = settings;
  if (stepEmbedding % 2 !== 0 || stepEmbedding < 4) {
    const message = `is ${stepEmbedding}, expected an even number from 4: half of it are sines, half cosines`;
    throw new PolicyConfigError([...path, 'diffusion_step_embed_dim'], message);
  }
  if (kernelSize % 2 === 0) {
    const message = `is ${kernelSize}, expected an odd number: an even kernel changes the number of steps`;
    throw new PolicyConfigError([...path, 'kernel_size'], message);
  }
  const odd = downDims.find((width) => width % groups !== 0);
  if (odd !== undefined) {
    const message = `is ${groups}, which does not divide ${odd} in ${[...path, 'down_dims'].join('.')}`;
    throw new PolicyConfigError([...path, 'n_groups'], message, 'Each GroupNorm splits its channels evenly.');
  }
  if (downDims[0]! % LAST_GROUPS !== 0) {
    const message = `is ${downDims[0]}, expected a multiple of ${LAST_GROUPS}: the last GroupNorm always has ${LAST_GROUPS} groups`;
    throw new PolicyConfigError([...path, 'down_dims', '0'], message);
  }
}

/** Each level but the last halves the steps of the trajectory, and the way up doubles them again; `path` sets them. Throws `PolicyConfigError`. */
export function requireWholeSteps(
  steps: number,
  downDims: readonly number[],
  path: readonly string[] = ['policy', 'horizon'],
): void {
  const factor = 2 ** (downDims.length - 1);
  if (steps % factor === 0) return;
  const below = Math.floor(steps / factor) * factor;
  const near = below === 0 ? `${factor}` : `${below} or ${below + factor}`;
  throw new PolicyConfigError(
    path,
    `is ${steps}, expected a multiple of ${factor}: the UNet's ${downDims.length} levels halve the steps ${downDims.length - 1} times`,
    `Use ${near}.`,
  );
}
