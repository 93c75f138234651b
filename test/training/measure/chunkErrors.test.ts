// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { TrainingData } from '../../../engine/training/dataset.js';
import { chunkErrors } from '../../../engine/training/measure/chunkErrors.js';
import { chunksOf } from '../../../engine/training/measure/chunks.js';
import { DATA_SET } from '../../adapt/fixtures.js';
import { floats, writeZarr } from '../../server/reader/readerFiles.js';
import { trainingConfig } from '../loop/smallRun.js';

const spec = policySpec(trainingConfig());

test("the demonstrated actions have no error, and the baseline holds the state of each chunk's beginning", async () => {
  const data = await TrainingData.open(DATA_SET, spec);
  const chunks = chunksOf(data.episodeEnds, [true, false, false, false, false], spec, 0, 100);
  const action = data.columns.get('action')!.values;
  const truth = chunks.map(({ executed }) =>
    Float32Array.from({ length: 64 }, (_, i) => action[(executed[0]! + Math.floor(i / 8)) * 8 + (i % 8)]!),
  );
  const perfect = chunkErrors(data, spec, chunks, truth);
  expect(perfect).toMatchObject({ poseMse: 0, positionError: 0, gripper: { policy: { accuracy: 1 } } });
  expect(perfect.rotationError).toBeCloseTo(0, 1);
  const state = data.columns.get('robot_gripper_state')!.values;
  const held = chunks.map(
    ({ executed, now }) => executed.filter((row) => action[row * 8 + 7] === state[now]).length,
  );
  expect(perfect.gripper!.hold.accuracy).toBeCloseTo(held.reduce((a, b) => a + b, 0) / 24, 12);

  const shifted = truth.map((block) => block.map((value, i) => (i % 8 === 0 ? value + 0.03 : value)));
  expect(chunkErrors(data, spec, chunks, shifted).positionError).toBeCloseTo(0.03, 5);
  const turned = truth.map((block) => block.map((value, i) => (i % 8 > 2 && i % 8 < 7 ? -value : value)));
  expect(chunkErrors(data, spec, chunks, turned).rotationError).toBeCloseTo(0, 1);
  await data.close();
});

test('behind 6-D rotations the gripper is the tenth value', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-chunks-'));
  const made = floats(8, 10, 8, (step, column) =>
    column === 9 ? Number(step > 3) : Number(column === 3 || column === 7),
  );
  const layout = { ...made.layout, attributes: { rotation_rep: 'rotation_6d' } };
  const path = await writeZarr(join(folder, 'd.zarr'), { action: { ...made, layout } }, [8]);
  const data = await TrainingData.open(path, { observations: [], actionDim: 10 });
  const wide = { ...spec, actionDim: 10 };
  const chunks = chunksOf(data.episodeEnds, [true], wide, 0, 100);
  const { values } = data.columns.get('action')!;
  const truth = chunks.map(({ executed }) => values.slice(executed[0]! * 10, (executed.at(-1)! + 1) * 10));
  const { poseMse, rotationError, gripper } = chunkErrors(data, wide, chunks, truth);
  expect({ poseMse, rotationError }).toEqual({ poseMse: 0, rotationError: 0 });
  expect(gripper!.policy.accuracy).toBe(1);
  expect(gripper!.episodes[0]!.recorded).toEqual(
    [0, 0, 0, 0, 1, 1, 1, 1].slice(-gripper!.episodes[0]!.recorded.length),
  );
  await data.close();
  await rm(folder, { recursive: true });
});
