/** A UNet hybrid policy from the command line: checked, explained, adapted, trained, resumed, measured, sampled. */
// @module-tag engine
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { DATA_SET, UNET_CONFIG } from '../adapt/fixtures.js';
import { familyPath } from '../tensors/policy/familyReference.js';
import { regrip, regripProcess } from './call.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000 });

const SMALL = [
  'training.num_epochs=1',
  'training.max_train_steps=2',
  'training.max_val_steps=1',
  'dataloader.batch_size=4',
  'val_dataloader.batch_size=4',
  '+regrip.sample.steps=2',
  '+regrip.sample.windows=2',
];

let folder: string;
let old: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-unet-'));
  old = join(folder, 'old.ckpt');
  await writeFile(old, gunzipSync(readFileSync(familyPath('unet-hybrid', 'policy-7d.ckpt.gz'))));
});
afterAll(() => rm(folder, { recursive: true }));

/** Of a call that works; nobody is told of transformers. */
function said(...args: string[]): string {
  const { code, out, err } = regripProcess(args, folder);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  expect(out + err).not.toMatch(/transformer/i);
  return out;
}

test('finetune adapts and trains, resumes, and keeps the EMA; evaluate and predict read its checkpoint', async () => {
  said('finetune', UNET_CONFIG, ...SMALL, '--old-ckpt', old, '--run-dir', 'run');
  const again = said('finetune', UNET_CONFIG, ...SMALL, 'training.num_epochs=2', '--run-dir', 'run');
  expect(again).toContain('done after 2 epochs');
  const latest = join(folder, 'run/checkpoints/latest.ckpt');
  const file = await openCheckpoint(latest);
  const keys = file.index.stateDicts['model']!.map(({ key }) => key);
  const { paramGroups, state } = file.index.optimizer!;
  await file.close();
  expect(file.index.stateDicts['ema_model']!.map(({ key }) => key)).toEqual(keys);
  const numbers = paramGroups[0]!['params'] as number[];
  expect([...state.keys()].every((index) => numbers.includes(index))).toBe(true);
  // Two epochs of two steps, on moments of 1234 steps that were kept.
  expect(Math.max(...[...state.values()].map(({ step }) => step))).toBeGreaterThan(4);

  expect(said('evaluate', latest, '--data', DATA_SET, '--steps', '2')).toContain('validation loss');
  expect(said('predict', latest, '--data', DATA_SET, '--windows', '0', '--steps', '2')).toContain('window 0');
});

test('explain tells the condition’s columns apart, and which are new', async () => {
  const key = 'model.mid_modules.0.cond_encoder.1.weight';
  const { code, out, err } = await regrip(['explain', old, key, '--config', UNET_CONFIG], { cwd: folder });
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('projection of the condition in block 1 in the middle of the UNet');
  expect(out).toContain('diffusion step 16 + 2 × (image 64 + robot_eef_pose 7');
  expect(out).toContain('policy.n_obs_steps');
});

test('a width that makes the shortcut an identity is named as a loss', async () => {
  const args = ['--old-ckpt', old, '--new-ckpt', 'x.ckpt', '--config', UNET_CONFIG, '--dry-run'];
  const { code, err } = await regrip(['adapt', ...args, 'task.shape_meta.action.shape=[16]'], {
    cwd: folder,
  });
  expect(code).toBe(1);
  expect(err).toContain(
    'model.down_modules.0.0.residual_conv.weight: not in the new policy: its input is as wide as its output there',
  );
});

test('check finds nothing wrong with the policy, and knows a slip', async () => {
  const check = async (...args: string[]) => {
    const { out } = await regrip(['check', ...args, '--json'], { cwd: folder });
    const found = (JSON.parse(out) as { diagnostics: { code: string; message: string }[] }).diagnostics;
    return found.map(({ code, message }) => `${code}: ${message}`);
  };
  const codes = (await check(UNET_CONFIG)).map((each) => each.slice(0, each.indexOf(':')));
  expect(codes).toEqual(['batch-larger-than-data', 'warmup-too-long', 'monitor-train-loss']);
  const text = readFileSync(UNET_CONFIG, 'utf8').replace('  kernel_size:', '  kernal_size:');
  await mkdir(join(folder, 'config/task'), { recursive: true });
  await copyFile(join(UNET_CONFIG, '../task/pick.yaml'), join(folder, 'config/task/pick.yaml'));
  await writeFile(join(folder, 'config/train.yaml'), text);
  expect(await check('config/train.yaml')).toContainEqual(
    expect.stringMatching(/^unknown-key: Nothing reads policy\.kernal_size.*kernel_size/),
  );
});
