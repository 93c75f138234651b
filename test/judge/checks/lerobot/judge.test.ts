/** A LeRobot policy judged against a data set: every finding has its code, its place and what follows. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPolicyFolder } from '../../../../engine/formats/lerobot/policyFolder.js';
import { judgeLerobot } from '../../../../engine/judge/checks/lerobot/judge.js';
import { floats } from '../../../formats/checkpoint/files.js';
import { saveSafetensors } from '../../../formats/checkpoint/forms.js';
import { PICTURES, saveDataSet, vector, vectorStatistics } from '../../../formats/lerobot/dataSet.js';
import {
  CAMERA,
  diffusionConfig,
  POSTPROCESSOR_STATE,
  PREPROCESSOR_STATE,
  STATE,
  savePolicy,
} from '../../../formats/lerobot/policy.js';
import { ownFolder } from '../../../ownFolder.js';

const folder = ownFolder();

/** But for the weights, which are not there in these folders. */
async function judged(dataSet?: string) {
  const policy = (await findPolicyFolder(folder.path('policy')))!;
  const findings = await judgeLerobot({ policy, dataSet });
  return findings.filter(({ code }) => code !== 'pretrained-incompatible');
}

const codes = async (dataSet?: string) => (await judged(dataSet)).map(({ code }) => code);

function fitting(parts: Parameters<typeof saveDataSet>[1] = {}) {
  return saveDataSet(folder.path('data'), {
    features: { action: vector(7), 'observation.state': vector(7), 'observation.images.front': PICTURES },
    statistics: { action: vectorStatistics(7), 'observation.state': vectorStatistics(7) },
    info: { total_frames: 2000 },
    ...parts,
  });
}

test('a policy and its data set have no findings', async () => {
  await savePolicy(folder.path('policy'));
  expect(await judged()).toEqual([]);
  expect(await judged(await fitting())).toEqual([]);
});

test('other widths are found at their place in config.json, with the adaptation that mends them', async () => {
  await savePolicy(folder.path('policy'));
  const wide = { action: vector(8), 'observation.state': vector(8), 'observation.images.front': PICTURES };
  const statistics = { action: vectorStatistics(8), 'observation.state': vectorStatistics(8) };
  const found = await judged(await fitting({ features: wide, statistics }));
  expect(found.map(({ code, severity }) => [code, severity])).toEqual([
    ['observation-shape-mismatch', 'error'],
    ['action-dim-mismatch', 'error'],
  ]);
  expect(found[0]!.span).toMatchObject({ file: folder.path('policy', 'config.json'), line: 7 });
  expect(found[1]!.message).toContain(`--dataset ${folder.path('data')}`);
  expect(found[1]!.message).toContain('predicts [7] actions');
});

test('a feature that the data set does not have is found, with the name that it may have', async () => {
  await savePolicy(folder.path('policy'));
  const path = await fitting({
    features: { actions: vector(7), 'observation.state': vector(7), 'observation.images.top': PICTURES },
  });
  const found = await judged(path);
  expect(found.map(({ code }) => code)).toEqual(['observation-missing', 'action-dim-mismatch']);
  expect(found[0]!.message).toContain(`--rename_map='{"observation.images.top":"observation.images.front"}'`);
});

test('a name that the pre-processor changes is looked for as the data set has it', async () => {
  await savePolicy(folder.path('policy'), {
    rename: { 'observation.images.top': 'observation.images.front' },
  });
  const path = await fitting({
    features: { action: vector(7), 'observation.state': vector(7), 'observation.images.top': PICTURES },
  });
  expect(await judged(path)).toEqual([]);
});

test('pictures may have another size where the policy resizes them, or is ACT', async () => {
  const small = { ...PICTURES, shape: [24, 32, 3] };
  const path = await fitting({
    features: { action: vector(7), 'observation.state': vector(7), 'observation.images.front': small },
  });
  await savePolicy(folder.path('policy'));
  expect(await codes(path)).toEqual(['observation-shape-mismatch']);
  await savePolicy(folder.path('policy'), {
    config: diffusionConfig(undefined, 7, { resize_shape: [48, 64] }),
  });
  expect(await codes(path)).toEqual([]);
  await savePolicy(folder.path('policy'), { config: diffusionConfig(undefined, 7, { type: 'act' }) });
  expect(await codes(path)).not.toContain('observation-shape-mismatch');
});

test('statistics that LeRobot would do without, or stop at, are found', async () => {
  const path = folder.path('policy');
  await savePolicy(path, { statistics: [] });
  expect((await judged()).map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
    ['statistics-missing', expect.stringContaining('policy_preprocessor.json has no statistics')],
    ['statistics-missing', expect.stringContaining('policy_postprocessor.json has no statistics')],
  ]);
  await savePolicy(path);
  const state = [
    floats('action.min', [7], Array(7).fill(0)),
    floats('observation.state.min', [3], [0, 0, 0]),
  ];
  for (const name of [PREPROCESSOR_STATE, POSTPROCESSOR_STATE])
    await saveSafetensors(join(path, name), state);
  const messages = (await judged()).map(({ code, message }) => `${code} ${message}`);
  const one = messages.slice(0, messages.length / 2);
  expect(one).toEqual([
    expect.stringMatching(/^statistics-mismatch observation\.state\.min has the shape \[3\]/),
    expect.stringMatching(/^statistics-missing observation\.state .* no max of it: LeRobot stops/),
    expect.stringMatching(
      /^statistics-missing observation\.images\.front .* no statistics of it: LeRobot passes it on/,
    ),
    expect.stringMatching(/^statistics-missing action .* no max of it: LeRobot stops/),
  ]);
  for (const name of ['pre', 'post']) await rm(join(path, `policy_${name}processor.json`));
  expect(await codes()).toEqual(['statistics-missing']);
});

test('statistics of the data set: none, not what a mode reads, of another width, not a number', async () => {
  await savePolicy(folder.path('policy'), {
    config: diffusionConfig({ 'observation.state': STATE, 'observation.images.front': CAMERA }, 7, {
      normalization_mapping: { ACTION: 'QUANTILES', STATE: 'MIN_MAX', VISUAL: 'IDENTITY' },
    }),
    statistics: [
      ...['q01', 'q99'].map((name) => floats(`action.${name}`, [7], Array(7).fill(0))),
      ...['min', 'max'].map((name) => floats(`observation.state.${name}`, [7], Array(7).fill(0))),
    ],
  });
  expect(await codes(await fitting({ statistics: null }))).toEqual(['statistics-missing']);
  const path = await fitting({
    statistics: {
      action: vectorStatistics(7),
      'observation.state': { ...vectorStatistics(7), min: [0], max: [0, 0, 0, 0, 0, 0, 1] },
    },
  });
  expect((await judged(path)).map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^dataset-inconsistent observation\.state\.min has 1 values/),
    expect.stringMatching(/^statistics-missing .* no q01 of action, .*\(QUANTILES\)/),
    expect.stringMatching(/^statistics-missing .* no q99 of action/),
  ]);
  const text = JSON.stringify({ action: {}, 'observation.state': vectorStatistics(7) });
  await writeFile(join(path, 'meta', 'stats.json'), text.replace('"max":[2,', '"max":[NaN,'));
  expect((await judged(path)).map(({ code, message }) => `${code} ${message}`)).toContainEqual(
    expect.stringMatching(/^dataset-not-finite observation\.state\.max is NaN in dimension 0/),
  );
});

test('what LeRobot itself asks of a data set', async () => {
  await savePolicy(folder.path('policy'));
  expect(
    await codes(await fitting({ info: { codebase_version: 'v2.1', fps: null, total_frames: 2000 } })),
  ).toEqual(['dataset-version', 'dataset-inconsistent']);
});

test('a data set that is not there, or cannot be read, is a finding; the rest is judged all the same', async () => {
  await savePolicy(folder.path('policy'), { statistics: [] });
  expect((await codes(folder.path('nowhere')))[0]).toBe('dataset-missing');
  const path = await fitting({ info: { features: 3 } });
  expect(await codes(path)).toEqual(['dataset-unreadable', 'statistics-missing', 'statistics-missing']);
});
