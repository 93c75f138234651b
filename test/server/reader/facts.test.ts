/** Facts of data sets through the real thread, against direct computation. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import type { DataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { floats, oneEpisode, openReader, REFERENCE, writeStore, writeZarr, zarray } from './readerFiles.js';

let reader: BulkReader;
let folder: string;
beforeAll(() => {
  reader = openReader();
});
afterAll(() => reader.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterEach(() => rm(folder, { recursive: true }));

const facts = (path: string): Promise<DataSetFacts> => reader.request('dataSetFacts', { path });

async function directly(name: string): Promise<{ rows: Float32Array; width: number }> {
  const buffer = await openReplayBuffer(REFERENCE);
  const { data, shape } = await buffer.readRows(name, 0, 148);
  return { rows: new Float32Array(data.slice().buffer), width: shape[1]! };
}

describe('facts', () => {
  test.each(['action', 'robot_eef_pose', 'robot_gripper_state'])(
    '%s: the range of each column',
    async (name) => {
      const { rows, width } = await directly(name);
      const columns = Array.from({ length: width }, (_, column) =>
        rows.filter((_, at) => at % width === column),
      );
      expect((await facts(REFERENCE)).ranges[name]).toEqual(
        columns.map((values) => ({ min: Math.min(...values), max: Math.max(...values), notFinite: 0 })),
      );
    },
  );

  test('steps, episodes, the commanded gripper and its polarity; images are left out', async () => {
    const found = await facts(REFERENCE);
    const { rows } = await directly('action');
    const gripper = rows.filter((_, at) => at % 8 === 7);
    expect(found).toMatchObject({
      steps: 148,
      episodeLengths: [24, 34, 33, 32, 25],
      unread: [],
      lastAction: { column: 7, uniqueValues: new Set(gripper).size, isCountExact: true },
      polarity: { verdict: 'agree', compared: 148 - 5, agreed: 143 },
    });
    expect(Object.keys(found.ranges)).not.toContain('image');
  });

  /** Two episodes of 20 steps; the state follows the command one step later. */
  const made = async (command: (step: number) => number, state: (step: number) => number, width = 8) =>
    facts(
      await writeZarr(
        join(folder, 'made.zarr'),
        {
          action: floats(40, width, 7, (step, column) => (column === width - 1 ? command(step) : step)),
          robot_gripper_state: floats(40, 1, 16, state),
        },
        [20, 40],
      ),
    );
  const closesAt10 = (step: number) => (step % 20 < 10 ? 1 : 0);
  const oneLater = (step: number) => closesAt10(Math.max(0, (step % 20) - 1));

  test('a gripper that never changes', async () => {
    const found = await made(() => 0.5, oneLater);
    expect(found.lastAction).toMatchObject({ min: 0.5, max: 0.5, uniqueValues: 1 });
    expect(found.polarity).toEqual({ verdict: 'undecided', compared: 0, agreed: 0 });
  });

  test('commands and states that mean the opposite', async () => {
    const found = await made(closesAt10, (step) => 0.08 * (1 - oneLater(step)));
    expect(found.polarity).toEqual({ verdict: 'opposite', compared: 38, agreed: 0 });
  });

  test('the same by their own ranges, a command in 0 … 1 and a width in metres', async () => {
    const found = await made(closesAt10, (step) => 0.08 * oneLater(step));
    expect(found.polarity).toEqual({ verdict: 'agree', compared: 38, agreed: 38 });
  });

  test('a state that has nothing to do with the command', async () => {
    const found = await made(closesAt10, (step) => step % 2);
    expect(found.polarity).toMatchObject({ verdict: 'undecided', compared: 38 });
  });

  test('7-D actions have no polarity', async () => {
    expect((await made(closesAt10, oneLater, 7)).polarity).toBeNull();
  });

  test('NaN and infinities are counted, and so are many values', async () => {
    const path = await writeZarr(
      join(folder, 'a.zarr'),
      {
        action: floats(12_000, 2, 5000, (step, column) =>
          column === 0 && step < 3 ? [NaN, Infinity, -2][step]! : step,
        ),
      },
      [12_000],
    );
    const { ranges, lastAction } = await facts(path);
    expect(ranges['action']).toEqual([
      { min: -2, max: 11_999, notFinite: 2, firstNotFinite: 0 },
      { min: 0, max: 11_999, notFinite: 0 },
    ]);
    expect(lastAction).toMatchObject({ uniqueValues: 10_000, isCountExact: false });
  });

  test('an array that cannot be read is told, the others count; a foreign image codec does not matter', async () => {
    const path = await writeStore(join(folder, 'a.zarr'), {
      ...oneEpisode(4),
      'data/action/.zarray': zarray([4, 8]),
      'data/short/.zarray': zarray([3, 2]),
      'data/image/.zarray': zarray([4, 8, 8, 3], { dtype: '|u1', compressor: { id: 'imagecodecs_jpeg2k' } }),
    });
    const found = await facts(path);
    expect(Object.keys(found.ranges)).toEqual(['action']);
    expect(found.unread).toMatchObject([{ array: 'short', code: 'zarr-episode-ends' }]);
    await expect(
      reader.request('frame', { path, array: 'image', step: 0, maxWidth: 10 }),
    ).rejects.toMatchObject({ code: 'zarr-codec' });
  });
});
