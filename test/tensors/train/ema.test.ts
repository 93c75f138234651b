// @module-tag engine
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { Ema } from '../../../engine/tensors/train/ema.js';
import { EMA_DEFAULTS, emaDecay } from '../../../engine/training/loop/emaDecay.js';
import { spec } from '../policy/reference.js';
import { copyOf, freshStore } from '../policy/stores.js';

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
    const params = freshStore(spec, 1);
    const ema = new Ema(freshStore(spec, 2));
    const decay = emaDecay(2);
    const key = 'model.head.weight';
    const [average, value] = [(await ema.average.values(key))[0]!, (await params.values(key))[0]!];
    ema.update(params, params.trainable(), decay);
    expect(decay).toBeCloseTo(0.4053964424986395, 12);
    expect((await ema.average.values(key))[0]).toBeCloseTo(0.4053964 * average + 0.5946036 * value, 6);
  });

  it('leaves buffers alone', async () => {
    const params = freshStore(spec, 1);
    const ema = new Ema(copyOf(params));
    params.set('model.memory_mask', (await params.values('model.memory_mask')).fill(7));
    ema.update(params, params.trainable(), 0);
    expect((await ema.average.values('model.memory_mask'))[0]).toBe(0);
  });
});
