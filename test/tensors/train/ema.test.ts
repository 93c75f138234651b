// @module-tag engine
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { EMA_DEFAULTS, Ema, emaDecay } from '../../../engine/tensors/train/ema.js';
import { spec } from '../policy/reference.js';

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

describe('the moving average', () => {
  it('warms its decay up as upstream does', () => {
    const decays = [0, 1, 2, 3, 4].map((step) => Number(emaDecay(step).toFixed(3)));
    expect(decays).toEqual([0, 0, 0.405, 0.561, 0.646]);
  });

  it('keeps its decay below the maximum', () => {
    expect(emaDecay(1e9)).toBe(0.9999);
    expect(emaDecay(1e9, { ...EMA_DEFAULTS, maxValue: 0.99 })).toBe(0.99);
  });

  it('goes on from a saved counter instead of copying', async () => {
    const params = ParameterStore.fresh(spec, 1);
    const ema = new Ema(ParameterStore.fresh(spec, 2), EMA_DEFAULTS, 2);
    const key = 'model.head.weight';
    const [average, value] = [(await ema.average.values(key))[0]!, (await params.values(key))[0]!];
    expect(ema.update(params)).toBeCloseTo(0.4053964424986395, 12);
    expect((await ema.average.values(key))[0]).toBeCloseTo(0.4053964 * average + 0.5946036 * value, 6);
    expect(ema.step).toBe(3);
  });

  it('leaves buffers alone', async () => {
    const params = ParameterStore.fresh(spec, 1);
    const ema = new Ema(params.clone());
    params.set('model.memory_mask', (await params.values('model.memory_mask')).fill(7));
    ema.update(params);
    expect((await ema.average.values('model.memory_mask'))[0]).toBe(0);
  });
});
