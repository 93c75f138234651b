/** The gripper in the data set that the config names. */
import { describe, test } from 'vitest';
import type { DataSetFacts } from '../../../../engine/judge/gripper/dataFacts.js';
import { expectFound, expectNone } from '../fixture.js';

describe('the recorded gripper', () => {
  const files = { 'config/a.yaml': 'task:\n  dataset_path: <|d.zarr|>\n' };
  const plain = { 'config/a.yaml': 'task:\n  dataset_path: d.zarr\n' };
  const facts = (
    min: number,
    max: number,
    verdict: 'agree' | 'opposite',
  ): { contents: Record<string, DataSetFacts> } => ({
    contents: {
      'd.zarr': {
        steps: 30,
        episodeLengths: [30],
        ranges: {},
        unread: [],
        lastAction: {
          min,
          max,
          notFinite: 0,
          column: 7,
          uniqueValues: min === max ? 1 : 2,
          isCountExact: true,
        },
        polarity: { verdict, compared: 28, agreed: verdict === 'agree' ? 27 : 1 },
      },
    },
  });

  test('never changes', () =>
    expectFound(files, 'gripper-constant', /is 1 at every step/, facts(1, 1, 'agree')));
  test('is told as that alone', () => expectNone(plain, 'gripper-polarity', facts(1, 1, 'opposite')));
  test('contradicts the state', () =>
    expectFound(
      files,
      'gripper-polarity',
      /27 of 28 steps .* opposite of robot_gripper_state/,
      facts(0, 1, 'opposite'),
    ));
  test('agrees with it, or was not read', async () => {
    await expectNone(plain, 'gripper-polarity', facts(0, 1, 'agree'));
    await expectNone(plain, 'gripper-constant', facts(0, 1, 'agree'));
    await expectNone(plain, 'gripper-constant');
  });

  test('of a file that is not read, whatever is known of it: nothing', () =>
    expectNone({ 'config/a.yaml': 'task:\n  dataset_path: d.hdf5\n' }, 'gripper-constant', {
      contents: { 'd.hdf5': facts(1, 1, 'agree').contents['d.zarr']! },
    }));
});
