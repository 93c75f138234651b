/** A UNet image policy from the command line: checked, explained, adapted, trained, resumed, measured, sampled. */
// @module-tag engine
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { DATA_SET, UNET_IMAGE_CONFIG } from '../adapt/fixtures.js';
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
  folder = await mkdtemp(join(tmpdir(), 'regrip-unet-image-'));
  old = join(folder, 'old.ckpt');
  await writeFile(old, gunzipSync(readFileSync(familyPath('unet-image', 'policy-7d.ckpt.gz'))));
});
afterAll(() => rm(folder, { recursive: true }));

/** Of a call that works. */
function said(...args: string[]): string {
  const { code, out, err } = regripProcess(args, folder);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return out;
}

test('finetune adapts and trains, resumes on the moments; evaluate and predict read its checkpoint', async () => {
  said('finetune', UNET_IMAGE_CONFIG, ...SMALL, '--old-ckpt', old, '--run-dir', 'run');
  const again = said('finetune', UNET_IMAGE_CONFIG, ...SMALL, 'training.num_epochs=2', '--run-dir', 'run');
  expect(again).toContain('done after 2 epochs');
  const latest = join(folder, 'run/checkpoints/latest.ckpt');
  const file = await openCheckpoint(latest);
  const { model, ema_model } = file.index.stateDicts;
  const { state } = file.index.optimizer!;
  await file.close();
  expect(ema_model!.map(({ key }) => key)).toEqual(model!.map(({ key }) => key));
  expect(Math.max(...[...state.values()].map(({ step }) => step))).toBeGreaterThan(4);
  expect(said('evaluate', latest, '--data', DATA_SET, '--steps', '2')).toContain('validation loss');
  expect(said('predict', latest, '--data', DATA_SET, '--windows', '0', '--steps', '2')).toContain('window 0');
});

test('a ResNet with BatchNorm that all cameras share, resized: trained, resumed, adapted, measured; its counts stay int64', async () => {
  const shared = ['policy.obs_encoder.share_rgb_model=True', 'policy.obs_encoder.resize_shape=[80,140]'];
  const tune = (epochs: number) =>
    said(
      'finetune',
      UNET_IMAGE_CONFIG,
      ...SMALL,
      ...shared,
      `training.num_epochs=${epochs}`,
      '--run-dir',
      'bn',
    );
  tune(1);
  expect(tune(2)).toContain('done after 2 epochs');
  const latest = join(folder, 'bn/checkpoints/latest.ckpt');
  const wide = join(folder, 'wide.ckpt');
  said('adapt', '--old-ckpt', latest, '--new-ckpt', wide, '--config', UNET_IMAGE_CONFIG, ...shared);
  const key = 'obs_encoder.key_model_map.rgb.layer4.1.bn2.num_batches_tracked';
  for (const path of [latest, wide]) {
    const file = await openCheckpoint(path);
    for (const dict of ['model', 'ema_model']) {
      const count = file.index.stateDicts[dict]!.find((tensor) => tensor.key === key)!;
      const bytes = await file.read(count);
      expect([count.dtype, count.shape, bytes.slice()]).toEqual([
        'int64',
        [],
        Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0),
      ]);
    }
    await file.close();
  }
  expect(said('evaluate', latest, '--data', DATA_SET, '--steps', '2')).toContain('validation loss');
});

test('encoders of downloaded weights are inherited; a new one is refused instead of starting from random values', async () => {
  const adapt = (...more: string[]) =>
    regrip(
      [
        ...['adapt', '--old-ckpt', old, '--new-ckpt', 'x.ckpt', '--config', UNET_IMAGE_CONFIG, '--dry-run'],
        ...['policy.obs_encoder.rgb_model.weights=IMAGENET1K_V1', ...more],
      ],
      { cwd: folder },
    );
  expect(await adapt()).toMatchObject({ code: 0, err: '' });
  const { code, err } = await adapt('+task.shape_meta.obs.wrist={shape: [3, 90, 160], type: rgb}');
  expect(code).toBe(1);
  expect(err).toContain('policy.obs_encoder.rgb_model.weights is IMAGENET1K_V1');
});

test('explain tells what an encoder’s key is for', async () => {
  const key = 'obs_encoder.key_model_map.image.layer2.0.conv1.weight';
  const args = ['explain', old, key, '--config', UNET_IMAGE_CONFIG];
  const { code, out, err } = await regrip(args, { cwd: folder });
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('convolution 1 in block 1 of stage 2 of the image encoder (ResNet) of image');
  expect(out).toContain('policy.obs_encoder.rgb_model.name');
});

test('check finds nothing wrong with the policy, and knows a slip in its encoder', async () => {
  const check = async (...args: string[]) => {
    const { out } = await regrip(['check', ...args, '--json'], { cwd: folder });
    const found = (JSON.parse(out) as { diagnostics: { code: string; message: string }[] }).diagnostics;
    return found.map(({ code, message }) => `${code}: ${message}`);
  };
  const codes = (await check(UNET_IMAGE_CONFIG)).map((each) => each.slice(0, each.indexOf(':')));
  expect(codes).toEqual(['batch-larger-than-data', 'warmup-too-long', 'monitor-train-loss']);
  const text = readFileSync(UNET_IMAGE_CONFIG, 'utf8').replace('    use_group_norm:', '    use_groupnorm:');
  await mkdir(join(folder, 'config/task'), { recursive: true });
  await copyFile(join(UNET_IMAGE_CONFIG, '../task/pick.yaml'), join(folder, 'config/task/pick.yaml'));
  await writeFile(join(folder, 'config/train.yaml'), text);
  expect(await check('config/train.yaml')).toContainEqual(
    expect.stringMatching(/^unknown-key: Nothing reads policy\.obs_encoder\.use_groupnorm.*use_group_norm/),
  );
});
