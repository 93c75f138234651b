/** Configs and checkpoints of one policy class with the settings or the keys of another: every command names both. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { composeProject } from '../../engine/project/composeProject.js';
import { regrip } from './call.js';
import { lowdimProject, UNET } from './lowdimProject.js';

const [UNET_NAME, TRANSFORMER_NAME] = [
  'low-dimensional diffusion UNet policy',
  'low-dimensional diffusion transformer policy',
];

let folder: string;
let unet: string;
let contradicted: string;
const ckpt = (name: string) => join(folder, `${name}.ckpt`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-other-family-'));
  unet = await lowdimProject(join(folder, 'unet'), { obs: 3, action: 2 }, UNET);
  const transformer = await lowdimProject(join(folder, 'transformer'), { obs: 3, action: 2 });
  contradicted = unet.replace('train_low', 'train_contradicted');
  await writeFile(
    contradicted,
    (await readFile(unet, 'utf8')).replace('\npolicy:\n', '\npolicy:\n  obs_as_cond: True\n'),
  );
  const [ofUnet, ofTransformer] = [await resolved(unet), await resolved(transformer)];
  await write('transformer', ofTransformer, ofTransformer);
  await write('mixed', ofUnet, ofTransformer);
});
afterAll(() => rm(folder, { recursive: true }));

async function resolved(config: string): Promise<PlainMap> {
  return (await composeProject(config, [], { env: {} })).resolved;
}

/** The config of one policy, the keys of another. */
async function write(name: string, config: PlainMap, keys: PlainMap): Promise<void> {
  const model = policySpec(keys).parameters.map(({ key, shape, dtype }) => {
    const bytes = (dtype === 'int64' ? 8 : 4) * shape.reduce((product, size) => product * size, 1);
    return { key, shape, dtype, read: () => new Uint8Array(bytes) };
  });
  await writeCheckpoint(ckpt(name), { config, stateDicts: { model }, pickles: {} }, { overwrite: false });
}

const here = (...args: string[]) => regrip(args, { cwd: folder });

describe('a checkpoint of another family than the config', () => {
  test.each([
    [
      'adapt',
      (old: string) => ['adapt', '--old-ckpt', old, '--config', unet, '--dry-run', '--weights', 'model'],
    ],
    ['finetune --init', (old: string) => ['finetune', unet, '--init', old, '--run-dir', 'run']],
  ])('%s', async (_, args) => {
    const { code, err } = await here(...args(ckpt('transformer')));
    expect(code).toBe(1);
    expect(err).toContain(UNET_NAME);
    expect(err).toContain(TRANSFORMER_NAME);
  });

  test('check', async () => {
    const named = [`+pretrained.path=${ckpt('transformer')}`, '+pretrained.load_weights=True'];
    const { code, out } = await here('check', unet, ...named);
    expect([code, out]).toEqual([
      1,
      expect.stringContaining(`its own config describes a ${TRANSFORMER_NAME}, and this one a ${UNET_NAME}`),
    ]);
  });

  test('explain', async () => {
    const { out } = await here('explain', ckpt('transformer'), 'model.head.weight', '--config', unet);
    expect(out).toContain(
      `holds the weights of a ${TRANSFORMER_NAME}, and the new config describes a ${UNET_NAME}`,
    );
  });
});

test('a run of another family is not resumed', async () => {
  await mkdir(join(folder, 'run-other/checkpoints'), { recursive: true });
  await copyFile(ckpt('transformer'), join(folder, 'run-other/checkpoints/latest.ckpt'));
  const { code, err } = await here('finetune', unet, '--run-dir', 'run-other');
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('is of another training, so the run cannot be resumed'),
  ]);
  expect(err).toContain(`its own config describes a ${TRANSFORMER_NAME}, and this one a ${UNET_NAME}`);
});

describe('a checkpoint whose own config and keys are of two families', () => {
  const SAID = `describes a ${UNET_NAME}, but the keys are those of a`;
  const ADVICE = new RegExp(
    `its own keys are those of a .*${TRANSFORMER_NAME}, and this config describes a ${UNET_NAME}`,
  );
  test.each([
    [
      'adapt',
      (old: string) => ['adapt', '--old-ckpt', old, '--config', unet, '--dry-run', '--weights', 'model'],
    ],
    ['evaluate', (old: string) => ['evaluate', old]],
    ['predict', (old: string) => ['predict', old, '--windows', '0']],
  ])('%s', async (_, args) => {
    const { code, err } = await here(...args(ckpt('mixed')));
    expect([code, err]).toEqual([1, expect.stringContaining(SAID)]);
    expect(err).toContain(TRANSFORMER_NAME);
  });

  test('check', async () => {
    const named = [`+pretrained.path=${ckpt('mixed')}`, '+pretrained.load_weights=True'];
    const { code, out } = await here('check', unet, ...named);
    expect([code, out]).toEqual([1, expect.stringMatching(ADVICE)]);
  });

  test('finetune --init', async () => {
    const { code, err } = await here('finetune', unet, '--init', ckpt('mixed'), '--run-dir', 'run');
    expect([code, err]).toEqual([1, expect.stringMatching(ADVICE)]);
  });

  test('explain', async () => {
    const { out } = await here('explain', ckpt('mixed'), 'model.head.weight', '--config', unet);
    expect(out).toContain(SAID);
  });
});

describe('a config with settings of another class', () => {
  const SAID =
    /policy\.obs_as_cond is a setting of .*DiffusionTransformerLowdimPolicy, but policy\._target_ is .*DiffusionUnetLowdimPolicy/;
  test.each([
    ['adapt', () => ['adapt', '--old-ckpt', ckpt('transformer'), '--config', contradicted, '--dry-run']],
    ['finetune', () => ['finetune', contradicted, '--run-dir', 'run']],
    ['evaluate', () => ['evaluate', ckpt('mixed'), '+policy.obs_as_cond=True']],
    ['predict', () => ['predict', ckpt('mixed'), '+policy.obs_as_cond=True', '--windows', '0']],
  ])('%s', async (_, args) => {
    const { code, err } = await here(...args());
    expect([code, err]).toEqual([1, expect.stringMatching(SAID)]);
  });

  test('check', async () => {
    const { out } = await here('check', contradicted, '--runner', 'builtin');
    expect(out).toMatch(SAID);
  });

  test('explain', async () => {
    const { out } = await here('explain', ckpt('transformer'), 'model.head.weight', '--config', contradicted);
    expect(out).toMatch(SAID);
  });
});
