/** The config of a training as the engine judges it: a project's composed by Hydra's rules, LeRobot's config.json as it stands. */
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import type { ComposedConfig, ComposeOptions } from '../config/types.js';
import { readJsonMap } from '../formats/lerobot/json.js';
import { isLerobotPolicy, type LerobotConfig, lerobotTraining } from '../formats/lerobot/policyConfig.js';
import { CONFIG, findPolicyFolder } from '../formats/lerobot/policyFolder.js';
import { composeProject } from '../project/composeProject.js';
import { requireConfigFile } from './requireConfigFile.js';

/** `primary` is the file that train.py is started with, or a config.json, a train_config.json or the folder of a policy of LeRobot. */
export async function composeTraining(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): Promise<ComposedConfig> {
  const found = await lerobotAt(primary);
  if (found === undefined) {
    await requireConfigFile(primary);
    return composeProject(primary, overrides, options);
  }
  if (overrides.length > 0)
    throw new UsageError(
      `${overrides[0]}: overrides are for Hydra's configs, and ${primary} is one of LeRobot`,
      'Change the file itself.',
    );
  const training = lerobotTraining(found.policy);
  return { unresolved: training, resolved: training, provenance: new Map(), files: [found.file] };
}

/** Of a config.json, a train_config.json or the folder of a policy; undefined for what is not LeRobot's. Throws `LerobotError` where it is damaged. */
export async function lerobotTrainingAt(path: string): Promise<PlainMap | undefined> {
  const found = await lerobotAt(path);
  return found && lerobotTraining(found.policy);
}

async function lerobotAt(
  path: string,
): Promise<{ readonly file: string; readonly policy: LerobotConfig } | undefined> {
  if (path.endsWith('.json')) {
    const policy = policyIn(await readJsonMap(path));
    return policy && { file: path, policy };
  }
  const folder = await findPolicyFolder(path);
  return folder && { file: join(folder.path, CONFIG), policy: folder.config };
}

/** A policy's own config, or the one within that of its training. */
function policyIn(json: Plain): LerobotConfig | undefined {
  if (isLerobotPolicy(json)) return json;
  const policy = isPlainMap(json) ? json['policy'] : undefined;
  return policy !== undefined && isLerobotPolicy(policy) ? policy : undefined;
}
