/** Each observation of shape_meta against the data set's array of its name. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone, type Files } from '../fixture.js';
import { lowdimProject } from '../lowdimProject.js';
import { OBSERVATIONS, policyProject } from '../policyProject.js';

const data = (action: number, arrays: Record<string, readonly number[]> = {}) => ({
  dataSets: {
    'd.zarr': {
      arrays: { action: [30, action], image: [30, 18, 32, 3], robot_eef_pose: [30, 7], ...arrays },
      episodeEnds: [10, 30],
    },
  },
});

describe('observations', () => {
  test('an image of another size, and its fix', async () => {
    const obs = OBSERVATIONS.replace('[3, 18, 32]', '[3, 36, 64]');
    await expectFound(
      policyProject('', { obs: obs.replace('[3, 36, 64]', '<|[3, 36, 64]|>') }),
      'observation-shape-mismatch',
      /frames of \[18, 32, 3\]/,
      data(8),
    );
    const title = "Use the data set's shape [3, 18, 32]";
    await expectFix(
      policyProject('', { obs }),
      'observation-shape-mismatch',
      title,
      policyProject(),
      data(8),
    );
  });

  test('one that the data set does not have, and a renaming that fits', async () => {
    const obs = OBSERVATIONS.replace('image:', 'camera_0:');
    await expectFound(
      policyProject('', { obs: obs.replace('camera_0', '<|camera_0|>') }),
      'observation-missing',
      /no array camera_0 .*; image would fit/,
      data(8),
    );
    await expectFix(
      policyProject('', { obs }),
      'observation-missing',
      "Use the data set's image",
      policyProject(),
      data(8),
    );
  });

  test('all there: nothing', async () => {
    await expectNone(policyProject(), 'observation-missing', data(8));
    await expectNone(policyProject(), 'observation-shape-mismatch', data(8));
  });

  test('numbers of another width, and of more axes; a fix only where the form is the same', async () => {
    const marked = policyProject('', { obs: OBSERVATIONS.replace('[7]', '<|[7]|>') });
    const found = async (shape: readonly number[], says: RegExp) =>
      (await expectFound(marked, 'observation-shape-mismatch', says, data(8, { robot_eef_pose: shape })))[0]!
        .fixes;
    expect(
      await found([30, 9], /robot_eef_pose is \[7\] here, but .* holds rows of \[9\]: training will fail/),
    ).toMatchObject([{ title: "Use the data set's shape [9]" }]);
    expect(await found([30, 2, 7], /holds rows of \[2, 7\]/)).toEqual([]);
  });

  test('poses of another width say which rotations they hold', async () => {
    const { dataSets } = data(8, { robot_eef_pose: [30, 9] });
    await expectFound(
      policyProject('', { obs: OBSERVATIONS.replace('[7]', '<|[7]|>') }),
      'observation-shape-mismatch',
      /holds rows of \[9\] with 6-D rotations: training will fail/,
      { dataSets: { 'd.zarr': { ...dataSets['d.zarr'], rotation: '6d' } } },
    );
  });

  test('several that would fit are all named, those in use are not', async () => {
    const obs = OBSERVATIONS.replace('robot_eef_pose', '<|tool|>');
    const alike = { robot_eef_pose: [30, 7], other_pose: [30, 7], wide: [30, 9] };
    const [finding] = await expectFound(
      policyProject('', { obs }),
      'observation-missing',
      /no array tool \(it has image, robot_eef_pose, other_pose, wide\); robot_eef_pose, other_pose would fit: training will fail/,
      data(8, alike),
    );
    expect(finding!.fixes.map(({ title }) => title).slice(0, 2)).toEqual([
      "Use the data set's robot_eef_pose",
      "Use the data set's other_pose",
    ]);
  });
});

describe('a vector whose array the config names', () => {
  const disk = {
    dataSets: { 'd.zarr': { arrays: { target: [30, 2], state: [30, 3] }, episodeEnds: [30] } },
    runner: 'builtin',
  } as const;
  const marked = (files: Files, from: string, to: string): Files => ({
    'config/train.yaml': files['config/train.yaml']!.replace(from, to),
  });
  const named = '    obs_key: state\n    action_key: target\n';

  test('is judged by that array', async () => {
    await expectNone(lowdimProject(named), 'observation-missing', disk);
    await expectNone(lowdimProject(named), 'action-dim-mismatch', disk);
  });
  test('missing: the name that the config gives', () =>
    expectFound(
      marked(lowdimProject(named.replace('state', 'keypoint')), 'obs_dim', '<|obs_dim|>'),
      'observation-missing',
      /no array keypoint/,
      disk,
    ));
  test('of another width', () =>
    expectFound(
      marked(lowdimProject(named.replace('target', 'state')), 'action_dim: 2', 'action_dim: <|2|>'),
      'action-dim-mismatch',
      /says 2-D actions, the data set .* has 3-D/,
      disk,
    ));
  test('without a name it is obs', () =>
    expectFound(
      marked(lowdimProject(), 'obs_dim', '<|obs_dim|>'),
      'observation-missing',
      /no array obs/,
      disk,
    ));
});
test('a policy that resizes its images takes them in any size, of as many channels, from arrays of its project', async () => {
  const files = {
    'config/a.yaml': `policy:
  _target_: lab.DiffusionImagePolicy
  shape_meta:
    obs: {image: {shape: <|[3, 224, 224]|>, type: rgb}, agent_pos: {shape: [32]}}
    action: {shape: [25]}
task: {dataset: {zarr_path: d.zarr}}
`,
  };
  const seen = (...image: number[]) => ({
    dataSets: {
      'd.zarr': { arrays: { action: [9, 25], state: [9, 32], img: [9, ...image] }, episodeEnds: [9] },
    },
  });
  const plain = { 'config/a.yaml': files['config/a.yaml'].replace(/<\||\|>/g, '') };
  for (const code of ['observation-missing', 'observation-shape-mismatch'] as const)
    await expectNone(plain, code, seen(480, 640, 3));
  await expectFound(files, 'observation-shape-mismatch', /frames of \[480, 640, 4\]/, seen(480, 640, 4));
});

describe('a policy over point clouds', () => {
  const project = (obs: string) => ({
    'config/a.yaml': `policy:
  _target_: lab.DP3
  shape_meta:
    obs:
${obs}
    action: {shape: [26]}
task: {dataset: {zarr_path: d.zarr}}
`,
  });
  const CLOUD = '      point_cloud: {shape: [512, 3], type: point_cloud}';
  const STATE = '      agent_pos: {shape: [24], type: low_dim}';
  const IMAGE = '      image: {shape: [3, 84, 84], type: rgb}';
  const clouds = (arrays: Record<string, readonly number[]>) => ({
    dataSets: { 'd.zarr': { arrays: { action: [30, 26], ...arrays }, episodeEnds: [30] } },
  });

  test('sees neither images nor the number of points, and finds its state under another name', async () => {
    const files = project([CLOUD, STATE, IMAGE].join('\n'));
    for (const code of ['observation-missing', 'observation-shape-mismatch'] as const)
      await expectNone(files, code, clouds({ state: [30, 24], point_cloud: [30, 1024, 6] }));
  });

  test('misses values of its points and of its state', async () => {
    const flat = project([CLOUD.replace('[512, 3]', '<|[512, 3]|>'), STATE].join('\n'));
    await expectFound(
      flat,
      'observation-shape-mismatch',
      /rows of \[1024, 2\]/,
      clouds({ state: [30, 24], point_cloud: [30, 1024, 2] }),
    );
    const none = project([CLOUD, STATE.replace('agent_pos', '<|agent_pos|>')].join('\n'));
    await expectFound(
      none,
      'observation-missing',
      /no array state, which holds agent_pos/,
      clouds({ point_cloud: [30, 1024, 6] }),
    );
  });
});
