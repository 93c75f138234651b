/** Where a target stands on the way from recordings to a robot, and what to do next. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type PipelineResult, pipelineRequest } from '../../../server/editorRequests.js';
import { policyProject } from '../../judge/checks/policyProject.js';
import { Asking } from '../asking.js';
import { floats, writeStore, writeZarr } from '../reader/readerFiles.js';
import { SCRIPT_PROJECT } from './scriptProject.js';

const REFERENCE = join(import.meta.dirname, '../../fixtures/reference');
const asking = new Asking();
const asked = async (): Promise<PipelineResult> =>
  (await asking.editor.connection.sendRequest(pipelineRequest, {}))!;
const stages = ({ stages }: PipelineResult) =>
  stages.map(({ kind, state, action }) => [kind, state, ...(action === undefined ? [] : [action])]);
const stage = async (kind: string) => (await asked()).stages.find((each) => each.kind === kind)!;

test('nothing there yet: what makes it', async () => {
  await asking.open(SCRIPT_PROJECT, 'config/a.yaml');
  mkdirSync(join(asking.editor.root, 'data/outputs/x'), { recursive: true });
  expect(stages(await asked())).toEqual([
    ['dataSet', 'missing', 'convert'],
    ['checkpoint', 'missing', 'adapt'],
    ['config', 'problem', 'check'],
  ]);
});

test('a data set that is there, and one that cannot be read', async () => {
  await asking.open(policyProject(), 'config/train.yaml');
  const path = join(asking.editor.root, 'd.zarr');
  await writeZarr(path, { action: floats(30, 8, 30, () => 0) }, [10, 30]);
  expect(await stage('dataSet')).toMatchObject({
    state: 'ready',
    path,
    detail: '2 episodes, 30 steps, 8-D actions',
  });
  await writeStore(path, { 'meta/episode_ends/.zarray': '{' });
  await asking.editor.connection.sendRequest('regrip/reread');
  expect(await stage('dataSet')).toMatchObject({ state: 'problem', action: 'convert' });
});

test('a checkpoint: missing, torn, of another policy', async () => {
  await asking.open(policyProject('pretrained: {path: a.ckpt, load_weights: true}\n'), 'config/train.yaml');
  expect(await stage('checkpoint')).toMatchObject({ state: 'missing', action: 'adapt' });
  const weights = gunzipSync(readFileSync(join(REFERENCE, 'policy-7d.ckpt.gz')));
  for (const [bytes, action] of [
    ['torn', undefined],
    [weights, 'adapt'],
  ] as const) {
    asking.editor.write('a.ckpt', bytes);
    await asking.editor.connection.sendRequest('regrip/reread');
    const found = await stage('checkpoint');
    expect([found.state, found.action]).toEqual(['problem', action]);
  }
});

test('the size of the images, and the runs that lie where the config’s own go to', async () => {
  const obs = '    image: {shape: [3, 18, 32], type: rgb}\n';
  await asking.open(
    policyProject('hydra: {run: {dir: "outputs/2026.01.02/run"}}\n', { obs }),
    'config/train.yaml',
  );
  const run = join(asking.editor.root, 'outputs/2026.01.01/other');
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, 'logs.json.txt'), '{"epoch": 3, "global_step": 7, "train_loss": 1}\n');
  const { imageSize, runs, startFolder } = await asked();
  expect([imageSize, startFolder]).toEqual([[32, 18], asking.editor.root]);
  expect(runs).toMatchObject([{ name: 'outputs/2026.01.01/other', epoch: 3 }]);
});

test.each([
  ['10-D actions are those of 6-D rotations', '[10]', ['6d 10', 'quaternion 8', 'axis-angle 7']],
  ['8-D ones are as recorded', '[8]', undefined],
  ['so are 7-D ones, of a pose without a gripper', '[7]', undefined],
  ['others are not of poses', '[3]', undefined],
])('%s', async (_, action, expected) => {
  await asking.open(policyProject('', { action }), 'config/train.yaml');
  const { rotations } = await asked();
  expect(rotations?.map(({ rotation, actionDim }) => `${rotation} ${actionDim}`)).toEqual(expected);
});

test('null where no config is there', async () => {
  await asking.open({ 'notes.txt': '' });
  expect(await asking.editor.connection.sendRequest(pipelineRequest, {})).toBeNull();
});
