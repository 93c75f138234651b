/** Finds the data set that the old policy was trained on: its header names the old dimensions, which a policy's folder does not. */
import { join } from 'node:path';
import { isThere } from '../../base/isThere.js';
import { at, type PlainMap } from '../../base/plain.js';
import { readDataSetInfo } from '../../formats/lerobot/dataSetInfo.js';
import { readJsonMap } from '../../formats/lerobot/json.js';
import { TRAIN_CONFIG } from '../../formats/lerobot/policyFolder.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** `USER/NAME`, which is also a path below LeRobot's home. */
const REPOSITORY = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/**
 * By train_config.json beside the policy: its `root`, or its repository in the folder where LeRobot keeps data sets. Undefined where it
 * is not on this machine, or cannot be read: only names are at stake.
 */
export async function findOldDataSet(policy: string, env: Environment): Promise<string | undefined> {
  const file = join(policy, TRAIN_CONFIG);
  const place = (await isThere(file)) ? placeOf(await readJsonMap(file), env) : undefined;
  if (place === undefined) return undefined;
  return readDataSetInfo(place).then(
    () => place,
    () => undefined,
  );
}

/** Where LeRobot would look for it. */
function placeOf(training: PlainMap, env: Environment): string | undefined {
  const [root, repository] = ['root', 'repo_id'].map((name) => at(training, ['dataset', name]));
  if (typeof root === 'string') return root.startsWith('/') ? root : undefined;
  if (typeof repository !== 'string' || !REPOSITORY.test(repository)) return undefined;
  const { HF_LEROBOT_HOME: own, HF_HOME: home, HOME } = env;
  const known = own || (home && join(home, 'lerobot')) || (HOME && join(HOME, '.cache/huggingface/lerobot'));
  return known ? join(known, repository) : undefined;
}
