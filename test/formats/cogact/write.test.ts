/** Episodes that are written: whole, read again as they were given, and never over another. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readEpisode, writeEpisode } from '../../../engine/formats/cogact/index.js';
import { withFault } from '../../faults/inject.js';
import { framesOf, ownEpisode, values } from './ownEpisode.js';

const own = ownEpisode();

/** What `writeEpisode` takes, as it was read, without frames. */
async function sourceOf() {
  const read = await readEpisode(own.within());
  const floats = (name: string) => Float32Array.from(values(read, name));
  return {
    robotEefPose: floats('robot_eef_pose'),
    action: floats('action'),
    actionGripper: floats('action_gripper'),
    robotGripper: floats('robot_gripper'),
    timestamp: Float64Array.from(values(read, 'timestamp')),
    imageIndex: framesOf(read).map((_, k) => k),
    frames: [] as Uint8Array[],
  };
}

describe('writing', () => {
  test('an episode comes back as it was given', async () => {
    const source = await readEpisode(own.within());
    const frames = await Promise.all(framesOf(source).map((frame) => readFile(frame)));
    const written = own.path('episode_0007');
    await writeEpisode(written, { ...(await sourceOf()), frames });
    const again = await readEpisode(written);
    expect({ ...again, cameras: undefined }).toEqual({
      ...source,
      cameras: undefined,
      name: 'episode_0007',
    });
    expect(await readFile(framesOf(again)[23]!)).toEqual(frames[23]);
    expect(JSON.parse(await readFile(own.path('episode_0007', 'meta.json'), 'utf8'))).toMatchObject({
      episode_id: 7,
      n_steps: 24,
      n_images: 24,
      data_shapes: { action: [24, 7], action_gripper: [24] },
    });
    expect((await readdir(own.path())).sort()).toEqual(['episode_0000', 'episode_0007']);
  });

  test('an existing episode is left alone', async () => {
    const again = writeEpisode(own.within(), await sourceOf());
    await expect(again).rejects.toMatchObject({ code: 'episode-exists' });
    expect((await readEpisode(own.within())).steps).toBe(24);
  });
});

test('columns of unequal length are not written', async () => {
  const poses = new Float32Array(14);
  const source = { robotEefPose: poses, action: poses, robotGripper: [0, 0], actionGripper: [0], frames: [] };
  const written = writeEpisode(own.path('episode_0001'), {
    ...source,
    timestamp: new Float64Array(2),
    imageIndex: [0, 1],
  });
  await expect(written).rejects.toThrow(/action_gripper has 1 step, timestamp has 2/);
});

test('an episode whose disk is full is not there in part', async () => {
  const source = { ...(await sourceOf()), frames: [Uint8Array.of(1)] };
  const { result, fired } = await withFault(
    { operation: 'writeFile', under: 'data.pkl', errno: 'ENOSPC', nth: 1, lasting: true },
    () => writeEpisode(own.path('episode_0001'), source).catch((error: unknown) => error),
  );
  expect(fired).toBe(true);
  expect(result).toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(own.path())).toEqual(['episode_0000']);
});
