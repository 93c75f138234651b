/** Heads that cut the width of the attention into equal parts. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';

const policy = (heads: string) => ({ 'config/a.yaml': `policy:\n  n_emb: 256\n  n_head: ${heads}\n` });

describe('heads-do-not-divide', () => {
  test('found', () =>
    expectFound(policy('<|6|>'), 'heads-do-not-divide', /6 heads do not divide policy.n_emb 256/));
  test('not found', () => expectNone(policy('4'), 'heads-do-not-divide'));
  test('mended', () => expectFix(policy('6'), 'heads-do-not-divide', 'Use 4 heads', policy('4')));
  test('a class that is not known may have heads too', () =>
    expectFound(
      { 'config/a.yaml': 'policy:\n  _target_: a.Other\n  n_emb: 256\n  n_head: <|6|>\n' },
      'heads-do-not-divide',
      /6 heads do not divide policy.n_emb 256/,
    ));
  test('a count that is not a whole number is told elsewhere', () =>
    expectNone(policy('2.5'), 'heads-do-not-divide'));
});
