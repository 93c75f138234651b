/** What a config.json of LeRobot gives the optimizer that its training builds. */
import type { PlainMap } from '../../../base/plain.js';
import { numberAt, numbersAt, optional, PolicyConfigError } from '../config.js';
import type { OptimizerSettings } from '../family.js';
import { USUAL_EPS } from '../optimizerSettings.js';

interface UsualSettings {
  readonly rate: number;
  readonly betas: readonly [number, number];
  /** By the name of each group; all have the same. */
  readonly groups: readonly string[];
  readonly decay: number;
}

/** `usual` are LeRobot's defaults for the policy. Throws `PolicyConfigError`. */
export function readOptimizer(config: PlainMap, usual: UsualSettings): OptimizerSettings {
  const decay = positiveAt(config, 'optimizer_weight_decay', usual.decay);
  return {
    learningRate: positiveAt(config, 'optimizer_lr', usual.rate),
    betas: betasAt(config, usual.betas),
    eps: numberAt(config, ['policy', 'optimizer_eps'], USUAL_EPS),
    weightDecay: Object.fromEntries(usual.groups.map((name) => [name, decay])),
  };
}

function positiveAt(config: PlainMap, name: string, otherwise: number): number {
  const value = numberAt(config, ['policy', name], otherwise);
  if (value >= 0) return value;
  throw new PolicyConfigError(['policy', name], `is ${value}, expected zero or more`);
}

function betasAt(config: PlainMap, otherwise: readonly [number, number]): readonly [number, number] {
  const path = ['policy', 'optimizer_betas'];
  if (optional(config, path) === undefined) return otherwise;
  const [first, second] = numbersAt(config, path, 2) as [number, number];
  if (first >= 0 && first < 1 && second >= 0 && second < 1) return [first, second];
  throw new PolicyConfigError(path, `is [${first}, ${second}], expected two numbers from 0 to below 1`);
}
