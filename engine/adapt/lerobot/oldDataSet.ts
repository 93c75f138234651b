/** The data set that the old policy was trained on, where it is at hand: its header names the old dimensions, which a policy's folder does not. */
import { join } from 'node:path';
import { at, type PlainMap } from '../../base/plain.js';
import { type DataSetInfo, isLerobotDataSet, readDataSetInfo } from '../../formats/lerobot/dataSetInfo.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** `USER/NAME`, which is also a path below LeRobot's home. */
const REPOSITORY = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/**
 * The one that is given, else the one of train_config.json: its `root`, or its repository in the folder where LeRobot keeps data sets.
 * Undefined where it is not on this machine. Throws where the one that is given cannot be read.
 */
export async function oldDataSet(
  given: string | undefined,
  training: PlainMap | undefined,
  env: Environment,
): Promise<DataSetInfo | undefined> {
  if (given !== undefined) return readDataSetInfo(given);
  for (const folder of placesOf(training, env))
    if (await isLerobotDataSet(folder)) return readDataSetInfo(folder).catch(() => undefined); // only names are at stake
  return undefined;
}

/** As LeRobot looks for it. */
function placesOf(training: PlainMap | undefined, env: Environment): string[] {
  const [root, repository] = ['root', 'repo_id'].map((name) => at(training, ['dataset', name]));
  if (typeof root === 'string' && root.startsWith('/')) return [root];
  if (typeof root === 'string' || typeof repository !== 'string' || !REPOSITORY.test(repository)) return [];
  const { HF_LEROBOT_HOME: own, HF_HOME: home, HOME } = env;
  const known = own ?? (home && join(home, 'lerobot')) ?? (HOME && join(HOME, '.cache/huggingface/lerobot'));
  return known === undefined || known === '' ? [] : [join(known, repository)];
}
