// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PredictResult } from '../../engine/wire/evaluateResult.js';
import { DATA_SET, reference, unpackCheckpoint } from '../adapt/fixtures.js';
import { relativeError, values } from '../tensors/policy/reference.js';
import { regripProcess } from './call.js';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 200_000 });

/** Float32 and other orders of summation than PyTorch's, over ten steps. */
const TOLERANCE = 1e-4;
const NOISE = ['--noise', reference('policy-8d.safetensors')];
/** The training windows of the reference batch. */
const WINDOWS = ['--windows', '0,3,17,95'];

let folder: string;
let checkpoint: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-predict-'));
  checkpoint = await unpackCheckpoint('policy-8d', folder);
});
afterAll(() => rm(folder, { recursive: true }));

const predict = (...args: string[]) =>
  regripProcess(['predict', checkpoint, '--data', DATA_SET, ...args], folder);

function document(...args: string[]): PredictResult & Record<string, unknown> {
  const { code, out, err } = predict(...args, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

describe("the same windows, weights and draws give upstream's actions (1e-4)", () => {
  test('with DDPM, the policy’s own ten steps', () => {
    const found = document(...WINDOWS, ...NOISE, '--weights', 'model');
    expect(found).toMatchObject({ weights: 'model', sampler: { method: 'ddpm', steps: 10 } });
    expect(found.actionPred.map((window) => [window.length, window[0]!.length])).toEqual(
      Array(4).fill([16, 8]),
    );
    expect(relativeError(found.actionPred.flat(2), values('sample.action_pred'))).toBeLessThan(TOLERANCE);
    expect(relativeError(found.actions.flat(2), values('sample.action'))).toBeLessThan(TOLERANCE);
  });

  test('with DDIM in eight steps', () => {
    const found = document(...WINDOWS, ...NOISE, '--weights', 'model', '--sampler', 'ddim');
    expect(found).toMatchObject({ sampler: { method: 'ddim', steps: 8 } });
    expect(relativeError(found.actionPred.flat(2), values('ddim.action_pred'))).toBeLessThan(TOLERANCE);
  });
});

test('without a file the draws come from the seed, and the windows say where they lie', () => {
  const first = document('--windows', '0,95', '--seed', '7', '--steps', '2');
  const again = document('--windows', '0,95', '--seed', '7', '--steps', '2');
  const other = document('--windows', '0,95', '--seed', '8', '--steps', '2');
  expect(first.windows).toEqual([
    { index: 0, episode: 1, step: 0 },
    { index: 95, episode: 4, step: 17 },
  ]);
  expect(again.actionPred).toEqual(first.actionPred);
  expect(other.actionPred).not.toEqual(first.actionPred);
});

test('a person sees the executed steps of each window', () => {
  const { code, out } = predict('--windows', '3', '--steps', '2');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines[0]).toBe('ema weights, ddpm in 2 steps, seed 42');
  expect(lines[2]).toBe('window 3: episode 1, step 3');
  expect(lines.slice(3)).toHaveLength(8);
});

describe('what does not fit is named', () => {
  test('a window beyond the last', () => {
    const { code, err } = predict('--windows', '96');
    expect([code, err]).toEqual([1, expect.stringContaining('has no training window 96: there are 96')]);
  });

  test('draws for another number of windows', () => {
    const { code, err } = predict('--windows', '0,3', ...NOISE);
    expect(code).toBe(1);
    expect(err).toContain('sample.noise00 is F32 [4, 16, 8], expected F32 [2, 16, 8]');
  });

  test('more steps than the file has draws', () => {
    const { code, err } = predict(...WINDOWS, ...NOISE, '--steps', '20');
    expect(code).toBe(1);
    expect(err).toContain('sample.noise10 is absent, expected F32 [4, 16, 8]');
  });

  test('a wrong call ends with 2', () => {
    expect(predict().code).toBe(2);
    expect(predict('--windows', '3-1').code).toBe(2);
    expect(predict('--windows', '0-300').err).toContain('at most 256 at a time');
  });
});
