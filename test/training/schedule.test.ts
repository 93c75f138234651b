// @module-tag engine
import { describe, expect, it } from 'vitest';
import { learningRate, parseSchedule } from '../../engine/training/schedule.js';
import { numerics } from '../tensors/policy/reference.js';

describe('learningRate', () => {
  it.each(Object.entries(numerics.lr_every7))('follows diffusers’ cosine for %s', (name, rates) => {
    const [warmupSteps, totalSteps] = name.split('/').map(Number) as [number, number];
    rates.forEach((expected, index) => {
      const found = learningRate('cosine', 1e-4, index * 7, { warmupSteps, totalSteps });
      expect(found, `step ${index * 7}`).toBeCloseTo(expected, 14);
    });
  });

  it('climbs again beyond the end of the cosine', () => {
    const rate = (step: number) => learningRate('cosine', 1, step, { warmupSteps: 0, totalSteps: 100 });
    expect(rate(100)).toBeCloseTo(0, 12);
    expect(rate(150)).toBeCloseTo(0.5, 12);
  });

  it('knows the other schedules at their ends', () => {
    const length = { warmupSteps: 10, totalSteps: 110 };
    const at = (name: Parameters<typeof learningRate>[0], step: number) =>
      learningRate(name, 2, step, length);
    expect([at('constant', 0), at('constant', 500)]).toEqual([2, 2]);
    expect([at('constant_with_warmup', 5), at('constant_with_warmup', 500)]).toEqual([1, 2]);
    expect([at('linear', 5), at('linear', 60), at('linear', 200)]).toEqual([1, 1, 0]);
    expect(at('polynomial', 60)).toBeCloseTo(1, 6);
    expect(at('polynomial', 200)).toBe(1e-7);
  });

  it('names a schedule that it does not know', () => {
    expect(() => parseSchedule('piecewise')).toThrow(
      'lr_scheduler is piecewise, expected one of cosine, linear',
    );
  });
});
