/** A UNet low-dim policy from the command line: checked, widened, trained, resumed, evaluated, predicted. */
// @module-tag engine
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FamilyReference } from '../tensors/policy/familyReference.js';
import { regrip, regripProcess } from './call.js';
import { lowdimProject, UNET } from './lowdimProject.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 100_000 });

const INPAINTED = ['obs_as_global_cond=False'];
const LOCAL = [...INPAINTED, 'obs_as_local_cond=True'];
const STEPS_ONLY = ['pred_action_steps_only=True'];

let folder: string;
let config: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-unet-lowdim-'));
  config = await lowdimProject(folder, { obs: 21, action: 8 }, UNET);
  const reference = await FamilyReference.read('unet-lowdim', 7);
  await writeFile(join(folder, 'old.ckpt'), reference.checkpointBytes());
});
afterAll(() => rm(folder, { recursive: true }));

const here = (...args: string[]) => regrip(args, { cwd: folder });

describe('check', () => {
  test.each([[[]], [INPAINTED], [LOCAL], [STEPS_ONLY]])(
    'finds nothing wrong with upstream’s layout: %j',
    async (overrides) => {
      const { code, out } = await here('check', config, ...overrides, 'checkpoint.topk.monitor_key=val_loss');
      expect([code, out.trim()]).toEqual([0, 'no problems found']);
    },
  );

  test.each([
    ['task.action_dim=7', 'says 7-D actions', 'has 8-D ones'],
    ['task.obs_dim=20', 'obs is [20] here', 'holds rows of [21]'],
    ['policy.model.global_cond_dim=20', 'policy.model.global_cond_dim is 20, expected 42', 'builtin runner'],
    ['obs_as_local_cond=True', 'policy.obs_as_local_cond is true while', 'builtin runner cannot build'],
  ])('%s is told', async (override, ...texts) => {
    const { out } = await here('check', config, override, '--runner', 'builtin');
    for (const text of texts) expect(out).toContain(text);
  });
});

test('explain names the settings of the low-dim policy', async () => {
  const key = 'model.mid_modules.0.cond_encoder.1.weight';
  const { code, out } = await here('explain', 'old.ckpt', key, '--config', config);
  expect([code, out]).toEqual([0, expect.stringContaining('policy.model.global_cond_dim')]);
  expect(out).toContain('widened [64, 56] → [64, 58], new columns 36, 57: zero');
});

describe('the builtin runner', { tags: 'engine' }, () => {
  const process = (...args: string[]) => regripProcess(args, folder);
  const train = (run: string, ...more: readonly string[]) =>
    process('finetune', config, '--runner', 'builtin', '--run-dir', run, ...more);

  test('widens, trains two steps, goes on, evaluates and predicts', () => {
    const first = train('run', '--old-ckpt', 'old.ckpt');
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('done after 1 epoch')]);
    const second = train('run', 'training.num_epochs=2');
    expect([second.code, second.err]).toEqual([0, expect.stringContaining('resuming ')]);
    measured('run', 16);
  });

  test('trains and goes on with a local condition, of which upstream uses one encoder alone', () => {
    expect(train('local', ...LOCAL).code).toBe(0);
    const second = train('local', ...LOCAL, 'training.num_epochs=2');
    expect([second.code, second.err]).toEqual([0, expect.stringContaining('resuming ')]);
    measured('local', 16);
  });

  test.each([
    ['inpainted', INPAINTED, 16],
    ['executed', STEPS_ONLY, 8],
  ] as const)('trains with other steps or observations: %s', (run, overrides, steps) => {
    const { code, err } = train(run, ...overrides);
    expect([code, err]).toEqual([0, expect.stringContaining('36 training windows')]);
    measured(run, steps);
  });

  function measured(run: string, steps: number): void {
    const latest = join(run, 'checkpoints/latest.ckpt');
    const evaluation = process('evaluate', latest);
    expect([evaluation.code, evaluation.out]).toEqual([0, expect.stringContaining('validation loss')]);
    const { code, out } = process('predict', latest, '--windows', '0,3', '--json');
    expect(code).toBe(0);
    const { actionPred, actions } = JSON.parse(out) as Record<string, number[][][]>;
    expect([actionPred![0]!.length, actions![1]!.length, actions![0]![0]!.length]).toEqual([steps, 8, 8]);
  }
});
