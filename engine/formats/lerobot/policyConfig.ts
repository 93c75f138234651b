/** LeRobot's config.json as the training config that the engine judges: its keys below `policy`, with the class that its `type` stands for. */
import { isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';

const POLICIES = 'lerobot.policies';

/** The classes of LeRobot 0.4 to 0.6 by the `type` of their config.json. */
const CLASSES: Readonly<Record<string, string>> = {
  act: 'ACTPolicy',
  diffusion: 'DiffusionPolicy',
  groot: 'GrootPolicy',
  pi0: 'PI0Policy',
  pi0_fast: 'PI0FastPolicy',
  pi05: 'PI05Policy',
  sac: 'SACPolicy',
  sarm: 'SARMRewardModel',
  smolvla: 'SmolVLAPolicy',
  tdmpc: 'TDMPCPolicy',
  vqbet: 'VQBeTPolicy',
  wall_x: 'WallXPolicy',
  xvla: 'XVLAPolicy',
};

/** The content of a config.json. */
export type LerobotConfig = PlainMap & { readonly type: string };

/** Whether a JSON document is the config.json of one of LeRobot's policies. */
export function isLerobotPolicy(value: Plain): value is LerobotConfig {
  return isPlainMap(value) && typeof value['type'] === 'string' && isPlainMap(value['output_features']);
}

/**
 * `{ policy: { _target_, …every key of config.json } }`, and what is known of its dimensions' names beside it. A `type` that is not known
 * here stands for itself, so that it can be named.
 */
export function lerobotTraining(config: LerobotConfig, regrip?: PlainMap): PlainMap {
  const { type } = config;
  const isKnown = Object.hasOwn(CLASSES, type);
  const target = isKnown ? `${POLICIES}.${type}.modeling_${type}.${CLASSES[type]}` : `${POLICIES}.${type}`;
  return { policy: { _target_: target, ...config }, ...(regrip && { regrip }) };
}

/** What `lerobotTraining` was given. */
export function lerobotPolicyOf(training: PlainMap): PlainMap | undefined {
  const policy = training['policy'];
  if (!isPlainMap(policy)) return undefined;
  return Object.fromEntries(Object.entries(policy).filter(([key]) => key !== '_target_'));
}
