/** How many windows and batches a training has, as the findings tell it. */
import { describe, test } from 'vitest';
import { expectFound } from '../fixture.js';
import { trained, WINDOWS } from '../policyProject.js';

describe('batch-larger-than-data', () => {
  test('more than the training windows', () =>
    expectFound(
      trained({ batch: '<|64|>' }),
      'batch-larger-than-data',
      /exceeds the 13 training windows/,
      WINDOWS,
    ));
});

describe('warmup-too-long', () => {
  test('one batch per epoch is counted as one', () =>
    expectFound(
      trained({ batch: '13', warmup: '<|40|>' }),
      'warmup-too-long',
      /\(1 batch of 13 windows/,
      WINDOWS,
    ));
});
