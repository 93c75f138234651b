/** A number that checkpoints are chosen by and that the training does not log. */
import { describe, expect, test } from 'vitest';
import { expectFound, expectNone, type Files, judged } from '../fixture.js';
import { monitored, runner, TARGET } from '../pythonProject.js';

describe('the number that checkpoints are chosen by', () => {
  test('never logged', () =>
    expectFound(
      monitored('<|test_mean_score|>', runner('Silent')),
      'monitor-never-logged',
      /Work never logs it \(it logs train_loss, val_loss\): the training ends with a KeyError/,
    ));

  test.each([
    ['val_loss', '0', /val_ratio is 0: the training will not start/],
    ['test_mean_score', '0.1', /the builtin runner never logs it/],
  ])('%s with the builtin runner', async (key, ratio, message) => {
    const at = (ratioNow: string, name: string) => ({
      'config/train.yaml': `${TARGET}checkpoint: {topk: {monitor_key: ${name}, k: 5}}\ntask: {dataset: {val_ratio: ${ratioNow}}}\n`,
    });
    const around = { runner: 'builtin' } as const;
    const found = (await judged(at(ratio, key), around)).findings.filter(
      ({ code }) => code === 'monitor-never-logged',
    );
    expect(found.map(({ message: text, severity }) => [text, severity])).toEqual([
      [expect.stringMatching(message), 'error'],
    ]);
    const sound = (await judged(at('0.1', 'val_loss'), around)).findings;
    expect(sound.filter(({ code }) => code === 'monitor-never-logged')).toEqual([]);
  });

  test('val_loss without validation', () =>
    expectFound(
      monitored('<|val_loss|>', 'task: {dataset: {val_ratio: 0.0}}\n'),
      'monitor-never-logged',
      /val_ratio is 0/,
    ));

  test('not in the epoch of a checkpoint', () =>
    expectFound(
      {
        ...monitored('x'),
        'config/train.yaml': `${TARGET}checkpoint: {topk: {monitor_key: <|val_loss|>, k: 5}}\ntraining: {num_epochs: 100, val_every: 20, checkpoint_every: 50}\n`,
      },
      'monitor-never-logged',
      /epoch 50 has a checkpoint but no val_loss/,
    ));

  test.each([
    ['logged', monitored('train_loss')],
    ['logged with validation', monitored('val_loss', 'task: {dataset: {val_ratio: 0.1}}\n')],
    ['the runner may log it', monitored('test_mean_score', runner('Real'))],
    ['the runner is not known', monitored('test_mean_score')],
    [
      'keys from elsewhere',
      monitored('x', '', `step_log = {}\nadd(step_log)\ntopk_manager.get_ckpt_path(step_log)`),
    ],
    [
      'keys that are computed',
      monitored(
        'a_mse',
        '',
        `step_log = {}\nstep_log[f'{name}_mse'] = 1\ntopk_manager.get_ckpt_path(step_log)`,
      ),
    ],
    [
      'chosen anew in the source',
      monitored(
        'x',
        '',
        `cfg.checkpoint.topk.monitor_key = 'y'\nstep_log = {'y': 1}\ntopk_manager.get_ckpt_path(step_log)`,
      ),
    ],
    ...[
      ['behind the colon of an if', "if done: step_log['x'] = 1"],
      ['several at once', "step_log['y'], step_log['x'] = 1, 2"],
      ['under the count of other losses', "if len(train_losses) > 0:\n    step_log['x'] = 1"],
    ].map(([name, line]): [string, Files] => [
      name!,
      monitored(
        'x',
        'task: {dataset: {val_ratio: 0}}\n',
        `step_log = {}\n${line}\ntopk_manager.get_ckpt_path(step_log)`,
      ),
    ]),
    [
      'none are kept',
      {
        ...monitored('x', runner('Silent')),
        'config/train.yaml': `${TARGET}checkpoint: {topk: {monitor_key: x, k: 0}}\n`,
      },
    ],
  ])('silent: %s', (_, files) => expectNone(files, 'monitor-never-logged'));
});
