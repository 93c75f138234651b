/** The header of a LeRobot data set as policies see it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLerobotDataSet, readDataSetInfo } from '../../../engine/formats/lerobot/dataSetInfo.js';
import { ownFolder } from '../../ownFolder.js';
import { PICTURES, saveDataSet, vector } from './dataSet.js';

const folder = ownFolder();

test('features have the types and shapes that LeRobot hands to a policy', async () => {
  const path = await saveDataSet(folder.path('d'), {
    features: {
      action: vector(2),
      'observation.state': { ...vector(2), names: { motors: ['a', 'b'] } },
      'observation.environment_state': { ...vector(3), names: null },
      'observation.images.top': PICTURES,
      'observation.images.old': {
        dtype: 'image',
        shape: [3, 48, 64],
        names: ['channels', 'height', 'width'],
      },
      'next.reward': vector(1),
    },
  });
  expect(await isLerobotDataSet(path)).toBe(true);
  const info = await readDataSetInfo(path);
  expect(info).toMatchObject({ path, version: 'v3.0', fps: 10, episodes: 2, frames: 24 });
  expect([...info.features]).toEqual([
    ['action', { type: 'ACTION', shape: [2] }],
    ['observation.state', { type: 'STATE', shape: [2] }],
    ['observation.environment_state', { type: 'ENV', shape: [3] }],
    ['observation.images.top', { type: 'VISUAL', shape: [3, 48, 64] }],
    ['observation.images.old', { type: 'VISUAL', shape: [3, 48, 64] }],
  ]);
  expect([info.names.get('action'), info.names.get('observation.state')]).toEqual([
    ['x', 'y'],
    ['a', 'b'],
  ]);
});

test('names that do not fit the width name nothing', async () => {
  const path = await saveDataSet(folder.path('d'), { features: { action: { ...vector(3), names: ['x'] } } });
  expect((await readDataSetInfo(path)).names.has('action')).toBe(false);
});

test.each([
  [{ features: [] }, 'features is []'],
  [{ features: { action: { dtype: 'float32', shape: [0] } } }, 'action has the shape [0]'],
  [{ features: { action: { dtype: 'float32', shape: [2 ** 30] } } }, 'action has the shape [1073741824]'],
  [{ features: { action: { shape: [7] } } }, 'action has the dtype missing'],
  [{ fps: 'ten' }, 'fps is "ten"'],
])('%j is refused: %s', async (info, message) => {
  const path = await saveDataSet(folder.path('d'), { info });
  await expect(readDataSetInfo(path)).rejects.toMatchObject({
    code: 'lerobot-data-set',
    message: expect.stringContaining(message),
  });
});

test('a folder without the header is not one', async () => {
  await mkdir(folder.path('empty'));
  expect(await isLerobotDataSet(folder.path('empty'))).toBe(false);
  await expect(readDataSetInfo(folder.path('empty'))).rejects.toThrow('it lacks meta/info.json');
  await mkdir(folder.path('file', 'meta'), { recursive: true });
  await writeFile(join(folder.path('file'), 'meta', 'info.json'), 'null');
  await expect(readDataSetInfo(folder.path('file'))).rejects.toThrow('is not a JSON object');
});
