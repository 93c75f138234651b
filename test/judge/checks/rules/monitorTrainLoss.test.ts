/** Checkpoints that are chosen by the training loss. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone, judged } from '../fixture.js';
import { monitored } from '../pythonProject.js';

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

describe('the number that checkpoints are chosen by', () => {
  test('val_loss is offered only where there is one', async () => {
    const fixes = async (more: string, lines?: string) =>
      (await judged(monitored('train_loss', more, lines))).findings
        .filter(({ code }) => code === 'monitor-train-loss')
        .map(({ fixes, message }) => [fixes.map(({ title }) => title), message] as const);
    const [[offered]] = (await fixes('task: {dataset: {val_ratio: 0.1}}\n')) as [[string[], string]];
    expect(offered).toEqual(['Choose by val_loss']);
    const [[none, why]] = (await fixes('task: {dataset: {val_ratio: 0}}\n')) as [[string[], string]];
    expect([none, why]).toEqual([[], expect.stringContaining('val_ratio 0 there is no val_loss')]);
    const only = `step_log = {'train_loss': 1}\ntopk_manager.get_ckpt_path(step_log)`;
    const [[never, reason]] = (await fixes('task: {dataset: {val_ratio: 0.1}}\n', only)) as [
      [string[], string],
    ];
    expect([never, reason]).toEqual([[], expect.stringContaining('Work does not log a val_loss')]);
  });
});
