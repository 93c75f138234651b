/** What a training's numbers amount to: batches, warm-up, checkpoints. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';
import { trained, WINDOWS } from '../policyProject.js';

describe('batch-larger-than-data', () => {
  test('with drop_last nothing is trained', async () => {
    const [found] = await expectFound(
      trained({ batch: '<|64|>', drop: 'true' }),
      'batch-larger-than-data',
      /nothing is trained/,
      WINDOWS,
    );
    expect(found!.severity).toBe('error');
  });
  test('as many is fine', () => expectNone(trained({ batch: '13' }), 'batch-larger-than-data', WINDOWS));
});

describe('warmup-too-long', () => {
  test('longer than the whole training', async () => {
    // 13 windows in batches of 4: 4 updates an epoch, 40 in all
    await expectFound(
      trained({ warmup: '<|40|>' }),
      'warmup-too-long',
      /40 updates, but the whole training has only 40 \(4 batches of 13 windows × 10 epochs\)/,
      WINDOWS,
    );
    await expectFix(
      trained({ warmup: '40' }),
      'warmup-too-long',
      'Use 4, a tenth of the training',
      trained({ warmup: '4' }),
      WINDOWS,
    );
  });
  test('shorter is fine', () => expectNone(trained({ warmup: '39' }), 'warmup-too-long', WINDOWS));
});

describe('checkpoint-never', () => {
  const python = { ...WINDOWS, runner: 'python' as const };
  test('the last epoch is never written', async () => {
    await expectFound(
      trained({ every: '<|10|>' }),
      'checkpoint-never',
      /a checkpoint only after the first epoch/,
      python,
    );
    await expectFix(trained({ every: '10' }), 'checkpoint-never', 'Use 1', trained({ every: '1' }), python);
  });
  test('the builtin runner writes it', () =>
    expectNone(trained({ every: '10' }), 'checkpoint-never', WINDOWS));
  test('often enough', () => expectNone(trained({ every: '9' }), 'checkpoint-never', python));
});
