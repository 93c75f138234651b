/** A LeRobot policy's folder opened as a checkpoint, from whatever a person names; damaged and crafted ones are refused by name. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { checkpointFacts } from '../../../engine/formats/checkpoint/summary.js';
import { ownFolder } from '../../ownFolder.js';
import { floats } from '../checkpoint/files.js';
import { saveSafetensors } from '../checkpoint/forms.js';
import { diffusionConfig, PREPROCESSOR_STATE, savePolicy } from './policy.js';

const folder = ownFolder();

async function indexOf(path: string) {
  const file = await openCheckpoint(path);
  await file.close();
  return file.index;
}

test('weights, statistics and config come from the files of the folder', async () => {
  const path = await savePolicy(folder.path('whole'));
  const file = await openCheckpoint(path);
  const { form, stateDicts, config } = file.index;
  expect(form).toEqual({
    kind: 'lerobot',
    text: 'a policy of LeRobot',
    weights: join(path, 'model.safetensors'),
  });
  expect(Object.keys(stateDicts)).toEqual(['model', 'preprocessor', 'postprocessor']);
  expect(config).toMatchObject({
    policy: { _target_: 'lerobot.policies.diffusion.modeling_diffusion.DiffusionPolicy', horizon: 16 },
  });
  const mean = stateDicts['postprocessor']!.find(({ key }) => key === 'action.mean')!;
  const bytes = await file.read(mean);
  expect(new Float32Array(bytes.slice().buffer)[1]).toBe(0.625);
  const blocks: number[] = [];
  for await (const block of file.blocks(stateDicts['model']![0]!)) blocks.push(block.length);
  expect(blocks).toEqual([8]);
  await file.close();
});

test('it is found by its folder, its files, a checkpoint, the checkpoints and the run', async () => {
  const run = folder.path('run');
  const path = await savePolicy(join(run, 'checkpoints', '000020', 'pretrained_model'));
  await savePolicy(join(run, 'checkpoints', '000003', 'pretrained_model'));
  await mkdir(join(run, 'checkpoints', '000020', 'training_state'));
  await writeFile(join(run, 'checkpoints', '000020', 'training_state', 'training_step.json'), '{"step": 20}');
  await writeFile(join(path, 'train_config.json'), '{}');
  const names = [
    path,
    join(path, 'config.json'),
    join(path, 'model.safetensors'),
    join(path, 'train_config.json'),
  ];
  for (const name of [...names, join(path, '..'), join(run, 'checkpoints'), run])
    expect((await indexOf(name)).path, name).toBe(path);
  await symlink('000003', join(run, 'checkpoints', 'last'));
  expect((await indexOf(run)).path).toBe(join(run, 'checkpoints', 'last', 'pretrained_model'));
  expect(checkpointFacts(await indexOf(path))).toEqual([
    ['form', 'a policy of LeRobot'],
    ['policy', 'DiffusionPolicy'],
    ['action', '7-D'],
    ['horizon', '16 steps, 2 observed, 8 executed'],
    ['observes', 'observation.state 7, observation.images.front 3×48×64'],
    ['normalizes', 'VISUAL MEAN_STD, STATE MIN_MAX, ACTION MIN_MAX'],
    ['global_step', '20'],
    ['model', '2 values in 1 tensor'],
    ['preprocessor', '68 values in 12 tensors'],
    ['postprocessor', '68 values in 12 tensors'],
  ]);
});

test('a policy from before LeRobot 0.4, without processors, and one without statistics are whole', async () => {
  const path = await savePolicy(folder.path('old'), { statistics: [] });
  expect(Object.keys((await indexOf(path)).stateDicts)).toEqual(['model']);
  for (const name of ['pre', 'post']) await rm(join(path, `policy_${name}processor.json`));
  expect(Object.keys((await indexOf(path)).stateDicts)).toEqual(['model']);
});

test('the folder of another project is none, and its weights open by themselves', async () => {
  const path = folder.path('bert');
  await mkdir(path);
  await writeFile(join(path, 'config.json'), '{"model_type": "bert"}');
  const weights = await saveSafetensors(join(path, 'model.safetensors'), [floats('w', [1], [1])]);
  expect((await indexOf(weights)).form!.kind).toBe('safetensors');
  await expect(indexOf(path)).rejects.toMatchObject({ code: expect.stringContaining('checkpoint') });
});

test('a part that is missing or damaged is named', async () => {
  const path = await savePolicy(folder.path('damaged'));
  await rm(join(path, 'model.safetensors'));
  await expect(indexOf(path)).rejects.toThrow('without its weights (model.safetensors)');
  await writeFile(join(path, 'adapter_model.safetensors'), '');
  await expect(indexOf(path)).rejects.toThrow('is a PEFT adapter');
  await savePolicy(path);
  await writeFile(join(path, 'config.json'), '{"type": ');
  await expect(indexOf(path)).rejects.toThrow('config.json:1: lacks a value');
  await savePolicy(path);
  await rm(join(path, PREPROCESSOR_STATE));
  await expect(indexOf(path)).rejects.toThrow(`${PREPROCESSOR_STATE}: the file does not exist`);
});

test.each([
  '../other/secret.safetensors',
  '/etc/secret.safetensors',
  '..\\x.safetensors',
  '.hidden.safetensors',
  'statistics.bin',
  'a\0.safetensors',
])('statistics in %j are not looked for', async (name) => {
  const path = await savePolicy(folder.path('escape'));
  const file = join(path, 'policy_preprocessor.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(JSON.stringify(PREPROCESSOR_STATE), JSON.stringify(name)));
  await expect(indexOf(path)).rejects.toMatchObject({
    code: 'lerobot-processor',
    message: expect.stringContaining('expected a .safetensors file beside it'),
  });
});

test('a pipe in the place of a file does not hold anybody up', async () => {
  const path = await savePolicy(folder.path('pipe'));
  for (const name of ['policy_preprocessor.json', PREPROCESSOR_STATE, 'model.safetensors', 'config.json']) {
    await rm(join(path, name));
    expect(spawnSync('mkfifo', [join(path, name)]).status).toBe(0);
    await expect(indexOf(path)).rejects.toThrow(/is not a regular file/);
  }
});

test('steps without a name, without a mapping, or too many of them are refused', async () => {
  const path = await savePolicy(folder.path('steps'));
  const wrong = [
    ['{"steps": 3}', 'steps is 3'],
    [JSON.stringify({ steps: Array.from({ length: 65 }, () => ({ class: 'A' })) }), 'at most 64 steps'],
    ['{"steps": [{}]}', 'step 0 does not name what it does'],
    ['{"steps": [{"class": "A", "config": []}]}', 'step 0 has the config []'],
  ] as const;
  for (const [text, message] of wrong) {
    await writeFile(join(path, 'policy_preprocessor.json'), text);
    await expect(indexOf(path)).rejects.toThrow(message);
  }
});

test('ACT tells the length of its chunk as its horizon', async () => {
  const { horizon: _, ...config } = { ...diffusionConfig(), type: 'act', chunk_size: 100 };
  const path = await savePolicy(folder.path('act'), { config: config as never });
  expect(checkpointFacts(await indexOf(path))).toContainEqual([
    'horizon',
    '100 steps, 2 observed, 8 executed',
  ]);
});
