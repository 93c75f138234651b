/** What the checks know of a data set: each column alone, so that a damaged one hides no other. */
import { describe, expect, test } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { dataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import { memoryDataSet } from '../../formats/memoryDataSet.js';

const ACTION = {
  shape: [4, 8],
  values: Float32Array.from({ length: 32 }, (_, k) => (k % 8 === 7 ? k % 3 : k)),
};

test('steps, episodes, ranges, the last action; images and points are left out', async () => {
  const facts = await dataSetFacts(
    memoryDataSet(
      {
        action: ACTION,
        image: { shape: [4, 2, 2, 3], values: new Uint8Array(48) },
        points: { shape: [4, 10, 3], values: new Float32Array(120) },
        timestamp: { shape: [4], values: Float64Array.of(0, 0.1, 0.2, 0.3) },
      },
      [1, 4],
    ),
  );
  expect(facts).toMatchObject({ steps: 4, episodeLengths: [1, 3], unread: [], polarity: null });
  expect(Object.keys(facts.ranges)).toEqual(['action', 'timestamp']);
  expect(facts.ranges['timestamp']).toEqual([{ min: 0, max: 0.3, notFinite: 0 }]);
  expect(facts.lastAction).toEqual({
    min: 0,
    max: 2,
    notFinite: 0,
    column: 7,
    uniqueValues: 3,
    isCountExact: true,
  });
});

test('before the gripper of rotations that are not quaternions stands another number of values', async () => {
  const action = { shape: [4, 10], values: new Float32Array(40), rotation: '6d' } as const;
  const state = { shape: [4, 1], values: new Float32Array(4) };
  const facts = await dataSetFacts(memoryDataSet({ action, robot_gripper_state: state }, [4]));
  expect(facts.lastAction).toMatchObject({ column: 9, poseWidth: 9 });
  expect(facts.polarity).not.toBeNull();
  const bare = { shape: [4, 9], values: new Float32Array(36), rotation: '6d' } as const;
  expect(
    (await dataSetFacts(memoryDataSet({ action: bare, robot_gripper_state: state }, [4]))).polarity,
  ).toBeNull();
});

describe('columns that cannot be read', () => {
  const torn = new RegripError({ code: 'torn', file: '/d', message: 'is torn' });

  test('are told, the others count', async () => {
    const data = memoryDataSet(
      { action: { ...ACTION, error: torn }, timestamp: { shape: [4], values: new Float64Array(4) } },
      [4],
    );
    expect(await dataSetFacts(data)).toMatchObject({
      unread: [{ array: 'action', code: 'torn', message: '/d: is torn' }],
      lastAction: null,
      ranges: { timestamp: [{ min: 0, max: 0 }] },
    });
  });

  test('a fault of ours is not taken for one of the data', async () => {
    const data = memoryDataSet({ action: { ...ACTION, error: new TypeError('a fault') } }, [4]);
    await expect(dataSetFacts(data)).rejects.toThrow('a fault');
  });

  test('a cancellation is not taken for a damaged column', async () => {
    const data = memoryDataSet({ action: ACTION }, [4]);
    await expect(dataSetFacts(data, AbortSignal.abort(new Error('no more')))).rejects.toThrow('no more');
  });
});

test('a data set of no steps, and one of more than any robot makes', async () => {
  expect(
    await dataSetFacts(memoryDataSet({ action: { shape: [0, 8], values: new Float32Array() } }, [])),
  ).toMatchObject({
    steps: 0,
    episodeLengths: [],
    lastAction: { min: null, max: null, uniqueValues: 0 },
  });
  await expect(dataSetFacts(memoryDataSet({}, [50_000_001]))).rejects.toThrow(
    /^\/memory: has 50000001 steps, .*at most 50000000 /,
  );
});
