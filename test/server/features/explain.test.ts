/** What `regrip/explainKey` answers: one key, or every complaint of a text. */
import { describe, expect, test } from 'vitest';
import { KeyExplainer } from '../../../engine/judge/explain/key.js';
import { explained } from '../../../server/features/explain.js';
import { checkpointOf, policyProject } from '../../judge/checks/policyProject.js';

const index = await checkpointOf(policyProject());
const explainer = new KeyExplainer({ index });
const complaint = (key: string, file: string, model: string) =>
  `size mismatch for ${key}: copying a param with shape torch.Size([${file}]) from checkpoint, the shape in current model is torch.Size([${model}]).`;

test('one key, with the state dict that was asked for', () => {
  const [found, ...more] = explained({ key: 'model.head.bias', stateDict: 'model' }, explainer);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ key: 'model.head.bias', answer: { verdict: 'not compared' } });
  expect(found!.markdown).toContain('model.head.bias');
  expect(found).not.toHaveProperty('start');
});

describe('a text of PyTorch', () => {
  const text = `RuntimeError:\n\t${complaint('model.head.bias', '7', '8')}\n\t${complaint('model.head.weight', '7, 32', '8, 32')}\n`;

  test('each complaint, and where it stands', () => {
    const found = explained({ text }, explainer);
    expect(found.map(({ key, answer }) => [key, answer.verdict])).toEqual([
      ['model.head.bias', 'differs'],
      ['model.head.weight', 'differs'],
    ]);
    for (const { key, start, end } of found) expect(text.slice(start, end)).toContain(key);
  });

  test('a key wins over a text', () => {
    expect(explained({ key: 'model.head.bias', text }, explainer)).toHaveLength(1);
  });

  test.each(['', 'all is well', 'size mismatch for'])('none in %j', (other) => {
    expect(explained({ text: other }, explainer)).toEqual([]);
  });

  test('thousands of complaints are cut', () => {
    const many = `${complaint('a', '1', '2')}\n`.repeat(1200);
    expect(explained({ text: many }, explainer)).toHaveLength(1000);
  });
});
