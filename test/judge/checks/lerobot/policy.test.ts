/** What a LeRobot policy's own folder says of it: a config that describes no policy, weights that are not its own, steps that do not go together. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPolicyFolder } from '../../../../engine/formats/lerobot/policyFolder.js';
import { judgeLerobot } from '../../../../engine/judge/checks/lerobot/judge.js';
import { saveSmall, smallConfig, smallDataSet, weightsOf } from '../../../adapt/lerobot/policies.js';
import { floats } from '../../../formats/checkpoint/files.js';
import { saveSafetensors } from '../../../formats/checkpoint/forms.js';
import { savePolicy } from '../../../formats/lerobot/policy.js';
import { ownFolder } from '../../../ownFolder.js';

const folder = ownFolder();

async function judged(dataSet?: string) {
  const policy = (await findPolicyFolder(folder.path('policy')))!;
  return (await judgeLerobot({ policy, dataSet })).map(({ code, message, span }) => [
    code,
    message,
    span.file,
  ]);
}

test('a whole policy has no findings, and one of another type is not known', async () => {
  await saveSmall(folder.path('policy'));
  expect(await judged()).toEqual([]);
  await savePolicy(folder.path('policy'), { config: smallConfig({ type: 'smolvla' }) });
  expect((await judged())[0]!.slice(0, 2)).toEqual([
    'policy-unknown',
    expect.stringMatching(/^type is smolvla, a LeRobot policy of type smolvla: /),
  ]);
});

test('a config that describes no policy is found at its place', async () => {
  await savePolicy(folder.path('policy'), { config: smallConfig({ vision_backbone: 3, down_dims: [] }) });
  expect((await judged())[0]).toEqual([
    'policy-invalid',
    expect.stringMatching(/^down_dims /),
    folder.path('policy', 'config.json'),
  ]);
});

test('keys that LeRobot would leave at random values, or out, are named; so are shapes that it refuses', async () => {
  await saveSmall(folder.path('policy'));
  const [first, ...rest] = weightsOf(smallConfig());
  const file = join(folder.path('policy'), 'model.safetensors');
  await saveSafetensors(file, [...rest, floats('module.first', [1], [1])]);
  expect(await judged()).toEqual([
    [
      'pretrained-incompatible',
      expect.stringContaining(
        `lacks ${first!.key}, which config.json describes: LeRobot loads it all the same`,
      ),
      file,
    ],
    [
      'pretrained-incompatible',
      expect.stringContaining('has module.first, which the policy of config.json does not have'),
      file,
    ],
  ]);
  await saveSmall(
    folder.path('policy'),
    smallConfig({ output_features: { action: { type: 'ACTION', shape: [8] } } }),
    {
      weights: weightsOf(smallConfig()),
    },
  );
  expect((await judged()).map(([code, message]) => [code, message])).toContainEqual([
    'pretrained-incompatible',
    expect.stringMatching(
      /expects diffusion\.unet\.\S+ of shape \[.*8.*\], but model\.safetensors has .* \(and \d+ more keys\): LeRobot refuses to load it/,
    ),
  ]);
});

test('episodes that are shorter than what is predicted are found', async () => {
  await saveSmall(folder.path('policy'));
  const features = { action: 7, 'observation.state': 7, 'observation.environment_state': 3 };
  const vectors = Object.entries(features).map(([name, width]) => [
    name,
    { dtype: 'float32', shape: [width], names: null },
  ]);
  const data = (info: object) =>
    smallDataSet(folder.path('data'), { features: Object.fromEntries(vectors), info: { ...info } });
  const codes = async () =>
    (await judged(folder.path('data')))
      .map(([code]) => code)
      .filter((code) => !/statistics|inconsistent/.test(code!));
  await data({ total_frames: 24 });
  expect(await codes()).toEqual(['horizon-too-long']);
  await data({ total_frames: 640 });
  expect(await codes()).toEqual([]);
});
