/** The config of a training as the engine judges it: a project's composed by Hydra's rules, LeRobot's config.json as it stands. */
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { isPlainMap, type Plain } from '../base/plain.js';
import type { ComposedConfig, ComposeOptions } from '../config/types.js';
import { readJsonMap } from '../formats/lerobot/json.js';
import { isLerobotPolicy, type LerobotConfig, lerobotTraining } from '../formats/lerobot/policyConfig.js';
import { CONFIG, findPolicyFolder } from '../formats/lerobot/policyFolder.js';
import { composeProject } from '../project/composeProject.js';

/** `primary` is the file that train.py is started with; or a config.json or train_config.json of LeRobot, or the folder of its policy. */
export async function composeTraining(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): Promise<ComposedConfig> {
  const found = await lerobotAt(primary);
  if (found === undefined) return composeProject(primary, overrides, options);
  if (overrides.length > 0)
    throw new UsageError(
      `${overrides[0]}: overrides are for Hydra's configs, and ${primary} is one of LeRobot`,
      'Change the file itself.',
    );
  const training = lerobotTraining(found.policy);
  return { unresolved: training, resolved: training, provenance: new Map(), files: [found.file] };
}

async function lerobotAt(
  primary: string,
): Promise<{ readonly file: string; readonly policy: LerobotConfig } | undefined> {
  if (primary.endsWith('.json')) {
    const policy = policyIn(await readJsonMap(primary));
    return policy && { file: primary, policy };
  }
  const folder = await findPolicyFolder(primary);
  return folder && { file: join(folder.path, CONFIG), policy: folder.config };
}

/** A policy's own config, or the one within that of its training. */
function policyIn(json: Plain): LerobotConfig | undefined {
  if (isLerobotPolicy(json)) return json;
  const policy = isPlainMap(json) ? json['policy'] : undefined;
  return policy !== undefined && isLerobotPolicy(policy) ? policy : undefined;
}
