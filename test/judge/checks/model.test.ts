/** Arithmetic of the model. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from './fixture.js';

const policy = (heads: string) => ({ 'config/a.yaml': `policy:\n  n_emb: 256\n  n_head: ${heads}\n` });

describe('heads-do-not-divide', () => {
  test('found', () =>
    expectFound(policy('<|6|>'), 'heads-do-not-divide', /6 heads do not divide policy.n_emb 256/));
  test('not found', () => expectNone(policy('4'), 'heads-do-not-divide'));
  test('mended', () => expectFix(policy('6'), 'heads-do-not-divide', 'Use 4 heads', policy('4')));
});
