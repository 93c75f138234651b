/** From a key to the config values that set it, and back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../../engine/config/compose.js';
import { explainKey } from '../../../engine/judge/explain/key.js';
import { keysSetBy } from '../../../engine/judge/explain/sources.js';
import type { ExplainTarget } from '../../../engine/judge/explain/types.js';
import { configPathsOf, policySpec } from '../../../engine/judge/policy/families.js';
import { NEW_CONFIG } from '../../adapt/fixtures.js';

import { index } from './targets.js';

describe('from keys to config values and back', () => {
  let target: ExplainTarget;
  beforeAll(async () => {
    target = { ...(await compose(NEW_CONFIG, [])), primary: NEW_CONFIG, overrides: [] };
  });

  it('the place is behind the interpolations, in the task', () => {
    const { expected } = explainKey({ key: 'model.head.bias' }, { index, target });
    if (typeof expected === 'string') throw new Error(expected);
    const [source] = expected.dimensions[0]!.setBy;
    expect(source).toMatchObject({
      path: 'policy.shape_meta.action.shape.0',
      writtenAs: 'task.shape_meta.action.shape.0',
      place: { kind: 'file', line: 18, column: 13, file: expect.stringMatching(/task[/\\]pick\.yaml$/) },
    });
  });

  it('a value of the task leads to the keys that it sets, with the axis', () => {
    const set = keysSetBy('task.shape_meta.action', target);
    expect(set).toEqual([
      { key: 'model.input_emb.weight', axes: [1] },
      { key: 'model.head.weight', axes: [0] },
      { key: 'model.head.bias', axes: [0] },
      ...['offset', 'scale', 'input_stats.max', 'input_stats.mean', 'input_stats.min', 'input_stats.std'].map(
        (name) => ({ key: `normalizer.params_dict.action.${name}`, axes: [0] }),
      ),
    ]);
    expect(keysSetBy('shape_meta.action.shape.0', target)).toEqual(set);
    expect(keysSetBy('horizon', target)).toEqual([
      { key: 'model.pos_emb', axes: [1] },
      { key: 'model.mask', axes: [0, 1] },
      { key: 'model.memory_mask', axes: [0] },
    ]);
  });

  it('a value that only decides which keys there are has no axis', () => {
    const layers = keysSetBy('policy.n_layer', target);
    expect(layers).toHaveLength(2 * 18);
    expect(layers.every(({ key, axes }) => key.startsWith('model.decoder.') && axes.length === 0)).toBe(true);
  });

  it('other values set none', () => {
    expect(keysSetBy('training.num_epochs', target)).toEqual([]);
    expect(keysSetBy('hori', target)).toEqual([]);
  });

  it('both ways agree', () => {
    const spec = policySpec(target.resolved);
    for (const { key } of spec.parameters) {
      for (const path of configPathsOf(key, spec))
        expect(keysSetBy(path, target).map((set) => set.key)).toContain(key);
    }
  });
});
