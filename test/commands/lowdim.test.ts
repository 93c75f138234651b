/** A transformer low-dim policy from the command line: checked, widened, trained, resumed, evaluated, predicted. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { regrip, regripProcess } from './call.js';
import { lowdimProject } from './lowdimProject.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 100_000 });

const OLD = new URL('../fixtures/families/transformer-lowdim/policy-7d.ckpt.gz', import.meta.url);

let folder: string;
let config: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-lowdim-'));
  config = await lowdimProject(folder, { obs: 21, action: 8 });
  await writeFile(join(folder, 'old.ckpt'), gunzipSync(readFileSync(OLD)));
});
afterAll(() => rm(folder, { recursive: true }));

const here = (...args: string[]) => regrip(args, { cwd: folder });

describe('check', () => {
  test.each([[[]], [['obs_as_cond=False']], [['pred_action_steps_only=True', 'policy.model.horizon=8']]])(
    'finds nothing wrong with upstream’s layout: %j',
    async (overrides) => {
      const { code, out } = await here('check', config, ...overrides, 'checkpoint.topk.monitor_key=val_loss');
      expect([code, out.trim()]).toEqual([0, 'no problems found']);
    },
  );

  test.each([
    ['task.action_dim=7', 'says 7-D actions', 'has 8-D ones'],
    ['task.obs_dim=20', 'obs is [20] here', 'holds rows of [21]'],
    ['policy.model.cond_dim=20', 'policy.model.cond_dim is 20, expected 21', 'builtin runner cannot build'],
    ['policy.model.n_head=3', '3 heads', '32'],
  ])('%s is told', async (override, ...texts) => {
    const { out } = await here('check', config, override, '--runner', 'builtin');
    for (const text of texts) expect(out).toContain(text);
  });
});

test('a data set class of the project may make the observation of other arrays', async () => {
  const { out } = await here('check', config, 'task.obs_dim=20', '--runner', 'python');
  expect(out).not.toMatch(/data set|obs is/);
});

test('explain names the settings of the low-dim policy', async () => {
  const { code, out } = await here('explain', 'old.ckpt', 'model.cond_obs_emb.weight', '--config', config);
  expect(code).toBe(0);
  expect(out).toContain('21  observation dimension ← policy.model.cond_dim');
  expect(out).toContain('widened [32, 20] → [32, 21], new column 20: zero');
});

test('inspect tells the action’s dimension', async () => {
  const { out } = await here('inspect', 'old.ckpt', '--listing');
  expect(out).toMatch(/action +7-D/);
  expect(out).toMatch(/network +n_layer 2, n_head 2, n_emb 32/);
});

describe('the builtin runner', { tags: 'engine' }, () => {
  const process = (...args: string[]) => regripProcess(args, folder);

  test('widens, trains two steps, goes on, evaluates and predicts', () => {
    const adapt = process('adapt', '--old-ckpt', 'old.ckpt', '--new-ckpt', 'new.ckpt', '--config', config);
    expect([adapt.code, adapt.out]).toEqual([
      0,
      expect.stringContaining('model.input_emb.weight  [32, 7] → [32, 8], new column 7: zero'),
    ]);
    const train = ['finetune', config, '--runner', 'builtin', '--run-dir', 'run'];
    const first = process(...train, '--init', 'new.ckpt');
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('done after 1 epoch')]);
    expect(first.err).not.toMatch(/crop|image|camera/);
    const second = process(...train, 'training.num_epochs=2');
    expect([second.code, second.err]).toEqual([0, expect.stringContaining('resuming ')]);
    measured('run');
  });

  test('trains with the observation inpainted, and the executed steps alone', () => {
    const variants = [['obs_as_cond=False'], ['pred_action_steps_only=True', 'policy.model.horizon=8']];
    for (const [index, overrides] of variants.entries()) {
      const run = `variant${index}`;
      const { code, err } = process(
        'finetune',
        config,
        '--runner',
        'builtin',
        '--run-dir',
        run,
        ...overrides,
      );
      expect([code, err]).toEqual([0, expect.stringContaining('36 training windows')]);
      measured(run, index === 0 ? 16 : 8);
    }
  });

  function measured(run: string, steps = 16): void {
    const latest = join(run, 'checkpoints/latest.ckpt');
    const evaluation = process('evaluate', latest);
    expect([evaluation.code, evaluation.out]).toEqual([0, expect.stringContaining('validation loss')]);
    expect(evaluation.out).not.toMatch(/crop/);
    const { code, out } = process('predict', latest, '--windows', '0,3', '--json');
    expect(code).toBe(0);
    const { actionPred, actions } = JSON.parse(out) as Record<string, number[][][]>;
    expect([actionPred![0]!.length, actions![1]!.length, actions![0]![0]!.length]).toEqual([steps, 8, 8]);
  }

  test('a data set without the observation is refused with where its width is set', () => {
    const { code, err } = process(
      'finetune',
      config,
      '--runner',
      'builtin',
      '--run-dir',
      'no',
      'task.obs_dim=20',
    );
    expect([code, err]).toEqual([1, expect.stringContaining('policy.obs_dim')]);
    expect(err).not.toContain('shape_meta');
  });
});
