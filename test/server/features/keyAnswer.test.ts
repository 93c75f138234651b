/** The explanation of a key in words for a viewer. */
import { expect, test } from 'vitest';
import type { KeyExplanation } from '../../../engine/judge/explain/types.js';
import { keyAnswer } from '../../../server/features/keyAnswer.js';

const place = { kind: 'file', file: '/c.yaml', line: 3, column: 5, endLine: 3, endColumn: 6 } as const;
const KNOWN: KeyExplanation = {
  key: 'model.input_emb.weight',
  meaning: 'weight of\nthe input projection',
  file: { shape: [32, 7], dtype: 'float32', aliases: ['a\u001b[31m'] },
  expected: {
    shape: [32, 8],
    dtype: 'float32',
    dimensions: [
      { size: 32, meaning: 'embedding width', setBy: [{ path: 'policy.n_emb', place }] },
      { size: 8, meaning: 'action', parts: '7 + 1', setBy: [{ path: 'policy.a', writtenAs: 'task.a' }] },
    ],
  },
  verdict: 'differs',
  why: '7 in the file,\n8 expected',
  adaptFate: { fate: 'widened', from: [32, 7], to: [32, 8], gets: 'zero' },
  fix: 'regrip adapt',
};

test('each part on one line, with the places that can be opened', () => {
  const answer = keyAnswer(KNOWN);
  expect(answer.dimensions).toEqual([
    {
      size: 32,
      meaning: 'embedding width',
      setBy: [{ path: 'policy.n_emb', place: { file: '/c.yaml', line: 3, column: 5 } }],
    },
    { size: 8, meaning: 'action (7 + 1)', setBy: [{ path: 'task.a', place: null }] },
  ]);
  expect(answer).toMatchObject({ verdict: 'differs', fix: 'regrip adapt' });
  expect(answer.fate).toMatch(/^widened \[32, 7\] → \[32, 8\]/);
  const texts = [answer.meaning, answer.why, ...answer.aliases].join('');
  for (const control of ['\n', '\u001b']) expect(texts).not.toContain(control);
});

test('what is not known is null or empty', () => {
  const { adaptFate: _fate, fix: _fix, ...plain } = KNOWN;
  const answer = keyAnswer({ ...plain, file: 'absent', expected: 'unknown', verdict: 'not compared' });
  expect(answer).toMatchObject({ aliases: [], dimensions: [], fate: null, fix: null });
});
