/** What goes on of the old normaliser, where it does not map to -1 … 1. */
import { expect, it } from 'vitest';
import { adaptText, warnings } from '../../engine/adapt/describe.js';
import { fittedAlike, type KeptField, otherPixels } from '../../engine/adapt/keptFields.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { type FieldStatistics, LimitsFit } from '../../engine/judge/policy/limits.js';
import { modesOf, type NormalizerMode } from '../../engine/judge/policy/normalizerMode.js';
import { newConfig } from './references.js';
import { resultOf } from './results.js';

function fitted(): FieldStatistics {
  const fit = new LimitsFit(2);
  fit.add(Float32Array.of(1, 10, 2, 30, 4, 25));
  return fit.result();
}

const kept = (...modes: (NormalizerMode | null)[]): KeptField => ({
  ...{ field: 'action', from: [0, null], old: fitted(), modes },
});

it('new dimensions are fitted by mean and deviation where the kept ones all are', () => {
  const statistics = new Map([['action', fitted()]]);
  const modesBeside = (...modes: (NormalizerMode | null)[]) =>
    modesOf(fittedAlike(statistics, [kept(...modes)]).get('action')!);
  expect(modesBeside('gaussian', null)).toEqual(['gaussian', 'gaussian']);
  expect(modesBeside('limits', null)).toEqual(['limits', 'limits']);
  expect(modesBeside('gaussian', 'identity', null)).toEqual(['limits', 'limits']);
  expect(modesOf(fittedAlike(statistics, []).get('action')!)).toEqual(['limits', 'limits']);
});

it('a plan says how the kept normaliser maps, where that is not the usual way', () => {
  const line = (...modes: (NormalizerMode | null)[]) =>
    adaptText(resultOf({ kept: [kept(...modes)] }), undefined)
      .split('\n')
      .find((text) => text.startsWith('normaliser '));
  expect(line('limits', 'limits', null)).toBeUndefined();
  expect(line('gaussian', 'gaussian', null)).toBe(
    'normaliser   action is kept: 0–1 by mean and deviation; new dimensions are fitted likewise',
  );
  expect(line('limits', 'identity', 'limits', null)).toBe(
    'normaliser   action is kept: 0, 2 to -1 … 1, 1 unchanged; new dimensions are fitted to -1 … 1',
  );
});

it('what is mapped by mean and deviation has no end to reach', () => {
  const shift = { field: 'action', dimension: 0, old: [-1, 1], now: [-2, 2], reach: 3 } as const;
  expect(warnings(resultOf({ shifts: [{ ...shift, mode: 'limits' }] })).join()).toContain('reaches 3.000');
  const found = warnings(resultOf({ shifts: [{ ...shift, mode: 'gaussian' }] })).join();
  expect(found).not.toContain('reaches');
  expect(found).not.toContain('clip_sample');
});

it('a camera whose kept normaliser is not the usual one is told', async () => {
  const { plan, old } = resultOf();
  const value = { offset: 0, scale: 1 };
  const file = {
    index: old,
    close: async () => undefined,
    read: async ({ key }: { readonly key: string }) =>
      new Uint8Array(Float32Array.of(key.endsWith('scale') ? value.scale : value.offset).buffer),
  };
  const spec = policySpec(newConfig);
  const found = await otherPixels(file, plan, spec);
  expect(found).toEqual([{ field: 'image', kept: [0, 1], usual: [-1, 1] }]);
  expect(warnings(resultOf({ pixels: found })).join()).toContain(
    "the kept normaliser of image maps pixels to 0 … 1, and this policy's trainings usually to -1 … 1",
  );
  Object.assign(value, { offset: -1, scale: 2 });
  expect(await otherPixels(file, plan, spec)).toEqual([]);
});
