/** A key that is written twice: where it was first, and what can go. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound } from './fixture.js';

const one = (text: string) => ({ 'config/a.yaml': text });

describe('duplicate-key', () => {
  test('leads to the first, and the later one can go with its lines', async () => {
    const [found] = await expectFound(
      one('a:\n  b: 1\nc: 2\n<|a|>:\n  d: 3\n  e: 4\n# end\n'),
      'duplicate-key',
      /appears twice/,
    );
    expect(found!.related[0]!.span.line).toBe(1);
    const text = 'a:\n  b: 1\nc: 2\na:\n  d: 3\n  e: 4\n# end\n';
    await expectFix(one(text), 'duplicate-key', 'Remove this entry', one('a:\n  b: 1\nc: 2\n# end\n'));
  });

  test('in braces it is only told', async () => {
    const [found] = await expectFound(one('a: {b: 1, <|b|>: 2}\n'), 'duplicate-key', /appears twice/);
    expect(found!.fixes).toEqual([]);
  });
});
