import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InspectReport } from '../../../engine/commands/inspect/report.js';
import { fixture, referenceOf, unpack } from '../../formats/checkpoint/files.js';
import { regrip } from '../call.js';

let folder: string;
let checkpoint: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-inspect-'));
  checkpoint = await unpack('policy-7d', folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const type = (...args: string[]) => regrip(args, { cwd: folder });

describe('regrip inspect', () => {
  test('--hash --json gives what PyTorch saw, tensor by tensor', async () => {
    const { code, out, err } = await type('inspect', 'policy-7d.ckpt', '--hash', '--json');
    expect([code, err]).toEqual([0, '']);
    const found = JSON.parse(out) as InspectReport;
    const { state_dicts, pickles, cfg } = referenceOf('policy-7d');
    expect(found.stateDicts).toEqual({ model: state_dicts.model, ema_model: state_dicts.ema_model });
    expect(found.pickles).toEqual(pickles);
    expect(found.config).toEqual(cfg);
    expect(found.optimizer!.stateEntries).toBe(state_dicts.optimizer.state_entries);
    const [groups, expected] = [found.optimizer!.paramGroups, state_dicts.optimizer.param_groups];
    expect(groups.map((group) => ({ ...group, params: (group['params'] as number[]).length }))).toEqual(
      expected,
    );
  });

  test('without --hash no digest is given', async () => {
    const { out } = await type('inspect', checkpoint, '--json');
    const { model } = (JSON.parse(out) as InspectReport).stateDicts;
    expect(model!['model.head.bias']).toEqual({ shape: [7], dtype: 'float32' });
  });

  test('a person reads a summary, keys by part, and the config as YAML', async () => {
    const { code, out } = await type('inspect', checkpoint);
    expect(code).toBe(0);
    expect(out).toContain(
      'policy-7d.ckpt\n  policy       DiffusionTransformerHybridImagePolicy\n  action       7-D\n',
    );
    expect(out).toMatch(
      / {2}global_step {2}4321\n {2}epoch {8}550\n {2}model {8}[\d,]+ values in 140 tensors, 65 aliases\n/,
    );
    expect(out).toMatch(/\n {4}model\.input_emb\.weight +float32 \[32, 7\]\n/);
    expect(out).toMatch(
      /nets\.0\.nets\.0\.weight +float32 \[64, 3, 7, 7\] {2}= obs_encoder\.obs_nets\.image\.backbone\.nets\.0\.weight\n/,
    );
    expect(out).toContain('ema_model\n  same keys and shapes as model\n');
    expect(out).toContain(
      'optimizer (115 parameters have moments)\n  group 0: 17 parameters, lr 0.0001, betas [0.9,0.95], weight_decay 0.001\n',
    );
    expect(out).toMatch(/\nconfig\n {2}name: train_diffusion_transformer_hybrid\n/);
    expect(out).toContain('\n  task_name: ${task.name}\n');
    expect(out).toContain('\n  keypoint_visible_rate: 1.0\n');
  });

  test('--listing prints what the editor shows, one key a line', async () => {
    const { code, out } = await type('inspect', checkpoint, '--listing');
    expect(code).toBe(0);
    expect(out).toMatch(/^# policy-7d\.ckpt\n# {3}file {9}180 MB\n/);
    expect(out).toMatch(/\nema_model: {2}205 keys, .*\n/);
    expect(out.match(/^ {4}model\.head\.weight +\[7, 32\] +float32$/gm)).toHaveLength(2);
    expect((await type('inspect', checkpoint, '--listing', '--json')).code).toBe(2);
  });

  test('what is not a checkpoint is told apart, with what to do', async () => {
    const legacy = await type('inspect', fixture('checkpoint/legacy.ckpt'));
    expect([legacy.code, legacy.out]).toEqual([1, '']);
    expect(legacy.err).toMatch(/^error: .*legacy\.ckpt: this is torch’s format from before 1\.6.*\n {2}→ /);
    expect((await type('inspect', 'absent.ckpt')).err).toContain('absent.ckpt: cannot be opened (ENOENT)');
    expect((await type('inspect')).code).toBe(2);
  });
});
