/** What an input is called that no format recognises. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { otherInput } from '../../../engine/formats/recording/otherInput.js';
import { recogniseRecording } from '../../../engine/formats/recordings.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const found = async (...parts: string[]) => (await otherInput(folder.path(...parts)))?.found;

test.each([
  ['meta/info.json', 'is a LeRobot data set, which regrip does not read'],
  ['.zgroup', 'is a zarr data set, not recordings'],
  ['metadata.yaml', 'is a ROS 2 bag, which regrip does not read'],
])('a folder with %s', async (name, expected) => {
  await folder.write({ [name]: '' });
  expect(await found()).toBe(expected);
});

test.each([
  ['\x89HDF\r\n\x1a\n', 'an HDF5', 'HDF5'],
  ['\x89MCAP0\r\n', 'an MCAP', 'MCAP'],
  ['PAR1\x15', 'a Parquet', 'Parquet'],
  ['#ROSBAG V2.0', 'a ROS 1 bag', 'ROS 1 bag'],
  ['PK\x03\x04', 'a zip', 'zip'],
])('a file that begins with %j, and a folder of such files', async (start, one, many) => {
  await folder.write({ episode_1: Buffer.from(start, 'latin1'), 'later/a': '' });
  expect(await found('episode_1')).toBe(`is ${one} file, which regrip does not read`);
  expect(await found()).toBe(`holds ${many} files (episode_1), which regrip does not read`);
});

test('texts, empty files and folders, pipes and what is gone have no name', async () => {
  await folder.write({ 'a/notes.txt': 'text', 'b/empty': '', 'c/d/e': '' });
  execFileSync('mkfifo', [folder.path('pipe')]);
  for (const name of ['a', 'a/notes.txt', 'b/empty', 'c', 'pipe', 'gone'])
    expect(await found(name), name).toBeUndefined();
});

test('the error says it first, what was looked for next, and what to do', async () => {
  await folder.write({ '.zgroup': '', 'data/x': '' });
  await expect(recogniseRecording(folder.path())).rejects.toMatchObject({
    code: 'episodes-missing',
    message: `${folder.path()}: is a zarr data set, not recordings
    CogAct: looks for folders episode_0000, episode_0001, … that hold data.pkl or meta.json; found only .zgroup, data`,
    hint: 'Training reads it as it is: name it in the config (task.dataset_path).',
  });
});
