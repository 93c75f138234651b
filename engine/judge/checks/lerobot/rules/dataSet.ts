/** What LeRobot itself asks of a data set: a version that it reads, and how many frames make a second. */
import { join } from 'node:path';
import { shownName } from '../../../../base/shown.js';
import { INFO } from '../../../../formats/lerobot/dataSetInfo.js';
import { startOfFile } from '../../finding.js';
import { finding, type LerobotRule } from '../subject.js';

/** LeRobot 0.4 and later refuse what is older. */
const FIRST_READ = 3;

/** Earlier versions have the script in another module. */
const CONVERT =
  'python -m lerobot.scripts.convert_dataset_v21_to_v30 --repo-id=USER/NAME; with LeRobot 0.4 and 0.5 lerobot.datasets.v30.convert_dataset_v21_to_v30';

export const version: LerobotRule = ({ data }) => {
  const found = data?.info.version;
  const major = Number(/^v?(\d+)/.exec(found ?? '')?.[1] ?? Number.NaN);
  if (data === undefined || !(major < FIRST_READ)) return [];
  const message = `The data set is of version ${shownName(found!)}, which LeRobot 0.4 and later do not read: bring it to v3.0 first (${CONVERT})`;
  return [finding('dataset-version', startOfFile(join(data.info.path, INFO)), message)];
};

/** LeRobot asks for frames by time: the steps that a policy sees, divided by the rate. */
export const rate: LerobotRule = ({ data }) => {
  if (data === undefined || (data.info.fps ?? 0) > 0) return [];
  const said = data.info.fps === undefined ? 'is missing' : `is ${data.info.fps}`;
  const message = `fps ${said}: LeRobot finds the steps that a policy sees by it`;
  return [finding('dataset-inconsistent', startOfFile(join(data.info.path, INFO)), message)];
};

/** What lies behind an episode's end is its last frame, repeated. */
export const length: LerobotRule = ({ data, spec, place, config }) => {
  const { episodes = 0, frames = 0 } = data?.info ?? {};
  if (spec === undefined || data === undefined || episodes === 0) return [];
  if (frames === 0)
    return [
      finding(
        'dataset-inconsistent',
        startOfFile(join(data.info.path, INFO)),
        'total_frames is 0: there is nothing to learn from',
      ),
    ];
  const mean = frames / episodes;
  if (mean >= spec.horizon) return [];
  const path = ['horizon', 'chunk_size'].find((name) => config[name] !== undefined) ?? 'horizon';
  const message = `${spec.horizon} steps are predicted, but an episode of the data set has ${Math.round(mean)} on average: what is learned behind an episode's end is its last step, repeated`;
  return [finding('horizon-too-long', place([path]), message)];
};
