/** PyTorch's complaints about a state dict, found in a text and explained. */
import { describe, expect, it } from 'vitest';
import { explainKey } from '../../../engine/judge/explain/key.js';
import { askedBy, parseSizeMismatch } from '../../../engine/judge/explain/mismatch.js';
import { newConfig } from '../../adapt/references.js';

import { targetOf } from './targets.js';

describe('PyTorch’s complaints', () => {
  const log = `RuntimeError: Error(s) in loading state_dict for DiffusionTransformerHybridImagePolicy:
\tMissing key(s) in state_dict: "normalizer.params_dict.robot_gripper_state.scale", "model.a". 
\tUnexpected key(s) in state_dict: "output_proj.weight". 
\tsize mismatch for model.input_emb.weight: copying a param with shape torch.Size([256, 7]) from checkpoint, the shape in current model is torch.Size([256, 8]).
\tsize mismatch for model.temperature: copying a param with shape torch.Size([]) from checkpoint, the shape in current model is torch.Size([1]).`;

  it('are found with the place of each key', () => {
    const found = parseSizeMismatch(log);
    expect(found.map(({ start, end }) => log.slice(start, end))).toEqual(found.map(({ key }) => key));
    expect(found.map(({ start: _start, end: _end, ...rest }) => rest)).toEqual([
      { kind: 'missing', key: 'normalizer.params_dict.robot_gripper_state.scale' },
      { kind: 'missing', key: 'model.a' },
      { kind: 'unexpected', key: 'output_proj.weight' },
      { kind: 'shape', key: 'model.input_emb.weight', file: [256, 7], expected: [256, 8] },
      { kind: 'shape', key: 'model.temperature', file: [], expected: [1] },
    ]);
  });

  it('are explained as they say it', () => {
    const verdicts = parseSizeMismatch(log).map(
      (complaint) => explainKey(askedBy(complaint), { target: targetOf(newConfig) }).verdict,
    );
    expect(verdicts).toEqual(['only expected', 'not compared', 'not compared', 'differs', 'differs']);
  });

  it.each([
    '',
    'size mismatch for x',
    'size mismatch, got input (3), mat (4x5), vec (3)',
    'Missing key(s) in state_dict: none',
    'size mismatch for a: copying a param with shape torch.Size([1',
  ])('%j is none', (text) => {
    expect(parseSizeMismatch(text)).toEqual([]);
  });

  it('a megabyte of beginnings is looked through at once', () => {
    const start = performance.now();
    expect(parseSizeMismatch('size mismatch for '.repeat(60_000))).toEqual([]);
    expect(
      parseSizeMismatch(`Missing key(s) in state_dict: ${'"a", '.repeat(200_000)}`).length,
    ).toBeGreaterThan(100_000);
    expect(parseSizeMismatch('Missing key(s) in state_dict: "'.repeat(30_000))).toHaveLength(15_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
