/** Arithmetic of training, policy and data. */

import { describe, expect, test } from 'vitest';
import { UNKNOWN_VALUE } from '../../../engine/config/resolve/resolvers.js';
import { expectFix, expectFound, expectNone, type Files, judged } from './fixture.js';
import { checkpointOf, policyProject } from './policyProject.js';

const eight = await checkpointOf(policyProject());

describe('epochs', () => {
  test.each(['0', '-1', '2.5', '"200"', 'true', '1e2'])('%s is not a number of epochs', async (value) => {
    const files = { 'config/a.yaml': `training:\n  num_epochs: <|${value}|>\n` };
    await expectFound(files, 'epochs-invalid', /positive whole number/);
  });
  test('200 is', () => expectNone({ 'config/a.yaml': 'training:\n  num_epochs: 200\n' }, 'epochs-invalid'));

  const tuned = (count: string) =>
    policyProject(`training: {num_epochs: ${count}}\npretrained: {path: old.ckpt, load_weights: True}\n`);
  const around = { checkpoints: { 'old.ckpt': { ...eight, config: { training: { num_epochs: 600 } } } } };

  test('as many as from scratch is a hint', async () => {
    const [found] = await expectFound(
      tuned('<|600|>'),
      'epochs-for-scratch',
      /600 epochs are at least as many as the old training took \(600\)/,
      around,
    );
    expect(found!.severity).toBe('hint');
    await expectFix(tuned('600'), 'epochs-for-scratch', 'Use 200', tuned('200'), around);
  });
  test('fewer are not', () => expectNone(tuned('200'), 'epochs-for-scratch', around));
});

/** 2 episodes of 20 steps, one held out: 20 + 1 + 7 - 15 = 13 windows. */
const data = {
  dataSets: {
    'd.zarr': {
      arrays: { action: [40, 8], image: [40, 18, 32, 3], robot_eef_pose: [40, 7] },
      episodeEnds: [20, 40],
    },
  },
};
function trained(more: {
  batch?: string;
  warmup?: string;
  epochs?: string;
  drop?: string;
  every?: string;
}): Files {
  const { batch = '4', warmup = '2', epochs = '10', drop = 'false', every = '5' } = more;
  return policyProject(`task:
  dataset: {zarr_path: d.zarr, horizon: 16, pad_before: 1, pad_after: 7, val_ratio: 0.5, seed: 42}
dataloader: {batch_size: ${batch}, drop_last: ${drop}}
training: {num_epochs: ${epochs}, lr_warmup_steps: ${warmup}, checkpoint_every: ${every}}
`);
}

describe('batch-larger-than-data', () => {
  test('more than the training windows', () =>
    expectFound(
      trained({ batch: '<|64|>' }),
      'batch-larger-than-data',
      /exceeds the 13 training windows/,
      data,
    ));
  test('with drop_last nothing is trained', async () => {
    const [found] = await expectFound(
      trained({ batch: '<|64|>', drop: 'true' }),
      'batch-larger-than-data',
      /nothing is trained/,
      data,
    );
    expect(found!.severity).toBe('error');
  });
  test('as many is fine', () => expectNone(trained({ batch: '13' }), 'batch-larger-than-data', data));
});

describe('warmup-too-long', () => {
  test('longer than the whole training', async () => {
    // 13 windows in batches of 4: 4 updates an epoch, 40 in all
    await expectFound(
      trained({ warmup: '<|40|>' }),
      'warmup-too-long',
      /40 updates, but the whole training has only 40 \(4 batches of 13 windows × 10 epochs\)/,
      data,
    );
    await expectFix(
      trained({ warmup: '40' }),
      'warmup-too-long',
      'Use 4, a tenth of the training',
      trained({ warmup: '4' }),
      data,
    );
  });
  test('one batch per epoch is counted as one', () =>
    expectFound(
      trained({ batch: '13', warmup: '<|40|>' }),
      'warmup-too-long',
      /\(1 batch of 13 windows/,
      data,
    ));
  test('shorter is fine', () => expectNone(trained({ warmup: '39' }), 'warmup-too-long', data));
});

describe('checkpoint-never', () => {
  const python = { ...data, runner: 'python' as const };
  test('the last epoch is never written', async () => {
    await expectFound(
      trained({ every: '<|10|>' }),
      'checkpoint-never',
      /a checkpoint only after the first epoch/,
      python,
    );
    await expectFix(trained({ every: '10' }), 'checkpoint-never', 'Use 1', trained({ every: '1' }), python);
  });
  test('the builtin runner writes it', () => expectNone(trained({ every: '10' }), 'checkpoint-never', data));
  test('often enough', () => expectNone(trained({ every: '9' }), 'checkpoint-never', python));
});

describe('shape-meta-copies-differ', () => {
  const files = policyProject('', { action: '&a [8]' });
  const copied = (copy: string): Files => ({
    ...files,
    'config/task/pick.yaml': `${files['config/task/pick.yaml']!.replace('&a [8]', '[8]')}dataset:\n  shape_meta:\n    obs:\n      image: {shape: [3, 18, 32], type: rgb}\n      robot_eef_pose: {shape: [7], type: low_dim}\n    action: {shape: ${copy}}\n`,
  });
  test('one copy has another dimension', async () => {
    await expectFound(
      copied('<|[7]|>'),
      'shape-meta-copies-differ',
      /task\.dataset\.shape_meta\.action\.shape has \[7\] where .* has \[8\]/,
    );
    await expectFix(copied('[7]'), 'shape-meta-copies-differ', 'Use [8] here too', copied('[8]'));
    const { findings } = await judged(copied('[7]'));
    const differ = findings.find(({ code }) => code === 'shape-meta-copies-differ')!;
    expect(differ.fixes.map(({ title }) => title)).toEqual([
      'Use [8] here too',
      expect.stringMatching(/^Use \[7\] in .* too$/),
    ]);
  });
  test('alike', () => expectNone(copied('[8]'), 'shape-meta-copies-differ'));
  test('one copy has a value that is not known', async () => {
    const unknown = { overrides: [`task.dataset.shape_meta.action.shape=[${UNKNOWN_VALUE}]`] };
    await expectNone(copied('[8]'), 'shape-meta-copies-differ', unknown);
  });
  test('keys that one copy alone has are named', async () => {
    const renamed = copied('[8]')['config/task/pick.yaml']!.replace(
      / {4}action: (.*)\n$/,
      '    actions: $1\n',
    );
    const { findings } = await judged({ ...files, 'config/task/pick.yaml': renamed });
    expect(findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^task\.dataset\.shape_meta has actions, which .* does not have, and no action, which .* has:/,
      ),
    );
  });
  test('an override changes one copy of an alias', async () => {
    const aliased: Files = {
      ...files,
      'config/task/pick.yaml':
        files['config/task/pick.yaml']!.replace('shape_meta:', 'shape_meta: &m').replace('&a [8]', '[8]') +
        'dataset:\n  shape_meta: *m\n',
    };
    await expectNone(aliased, 'shape-meta-copies-differ');
    const marked = {
      ...aliased,
      'config/task/pick.yaml': aliased['config/task/pick.yaml']!.replace('{shape: [8]}', '{shape: <|[8]|>}'),
    };
    await expectFound(marked, 'shape-meta-copies-differ', /has \[8\] where .* has \[9\]/, {
      overrides: ['task.shape_meta.action.shape=[9]'],
    });
  });
});

describe('monitor-train-loss', () => {
  const kept = (key: string, name: string) => ({
    'config/a.yaml': `checkpoint:\n  topk:\n    monitor_key: ${key}\n    k: 5\n    format_str: 'epoch={epoch:04d}-${name}={${name}:.3f}.ckpt'\n`,
  });
  test('keeps the most overfitted', async () => {
    await expectFound(
      kept('<|train_loss|>', 'train_loss'),
      'monitor-train-loss',
      /while the policy overfits/,
    );
    await expectFix(
      kept('train_loss', 'train_loss'),
      'monitor-train-loss',
      'Choose by val_loss',
      kept('val_loss', 'val_loss'),
    );
  });
  test('val_loss does not', () => expectNone(kept('val_loss', 'val_loss'), 'monitor-train-loss'));
});
