import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { TensorInfo } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { regrip, regripProcess } from './call.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let good: string;
let bad: string;
const KEYS = ['model.head.bias', 'model.input_emb.weight'];

/** The reference policy with one NaN in each of two tensors of both state dicts. */
async function spoiled(from: string, to: string): Promise<void> {
  const file = await openCheckpoint(from);
  const { stateDicts, config, pickles } = file.index;
  const source = (tensor: TensorInfo) => ({
    ...tensor,
    read: async () => {
      const bytes = (await file.read(tensor)).slice();
      if (KEYS.includes(tensor.key)) new DataView(bytes.buffer).setFloat32(0, Number.NaN, true);
      return bytes;
    },
  });
  const dicts = Object.entries(stateDicts).map(([name, tensors]) => [name, tensors.map(source)]);
  await writeCheckpoint(to, { config: config!, stateDicts: Object.fromEntries(dicts), pickles });
  await file.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-spoiled-'));
  good = await unpackCheckpoint('policy-7d', folder);
  bad = join(folder, 'bad.ckpt');
  await spoiled(good, bad);
});
afterAll(() => rm(folder, { recursive: true }));

test('inspect names the tensors that hold NaN, and says so where none does or where it did not look', async () => {
  const { code, out } = await regrip(['inspect', bad, '--json'], { cwd: folder });
  expect(code).toBe(1);
  const keys = ['model', 'ema_model'].flatMap((dict) => KEYS.map((key) => `${dict}.${key}`));
  const { nonFinite } = JSON.parse(out);
  expect(nonFinite.map(({ key }: { key: string }) => key).sort()).toEqual(keys.sort());
  expect(nonFinite[0].count).toBe(1);
  const text = await regrip(['inspect', bad, '--values'], { cwd: folder });
  expect(text.out).toMatch(/warning: NaN or infinite values.*\n {2}\S*model\.model\.\S+: 1\n/);
  const fine = await regrip(['inspect', good, '--values'], { cwd: folder });
  expect([fine.code, fine.out.includes('every value is finite')]).toEqual([0, true]);
  const headers = await regrip(['inspect', bad, '--no-values'], { cwd: folder });
  expect([headers.code, headers.out.includes('the values were not read')]).toEqual([0, true]);
});

test('adapt refuses them and names the first keys; nothing is written', async () => {
  const call = ['adapt', '--old-ckpt', bad, '--new-ckpt', 'new.ckpt', '--config', NEW_CONFIG];
  const before = await readdir(folder);
  const { code, err } = await regrip(call, { cwd: folder });
  expect(code).toBe(1);
  expect(err).toMatch(
    /bad\.ckpt: holds NaN or infinite values in 2 tensors: ema_model\.model\.\S+ \(1\), ema_model\.model\.\S+ \(1\)/,
  );
  expect(await readdir(folder)).toEqual(before);
});

test('evaluate, predict and finetune refuse them before anything is sampled or trained', {
  tags: 'engine',
}, async () => {
  const eight = join(folder, 'bad-8d.ckpt');
  await spoiled(await unpackCheckpoint('policy-8d', folder), eight);
  const calls = [
    ['evaluate', eight, '--data', DATA_SET, '--json'],
    ['predict', eight, '--data', DATA_SET, '--windows', '0', '--json'],
  ];
  for (const words of calls) {
    const { code, out, err } = regripProcess(words, folder);
    expect([code, out], err).toEqual([1, '']);
    expect(err).toContain('NaN or infinite values in 2 tensors: ema_model.model.');
    expect(err).not.toContain('sampled actions');
  }
  const start = ['--init', eight, '--run-dir', 'run', '--json'];
  const { code, out, err } = regripProcess(['finetune', NEW_CONFIG, ...start], folder);
  expect(code).toBe(1);
  expect(err).toContain('NaN or infinite values in 2 tensors: model.model.');
  expect(out).not.toContain('"event":"step"');
});
