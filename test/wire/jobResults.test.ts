import * as v from 'valibot';
import { expect, test } from 'vitest';
import { jobResults } from '../../engine/wire/jobResults.js';

const FINETUNE = {
  state: 'done',
  runDir: '/r',
  epochs: 3,
  best: { checkpoint: '/b.ckpt', monitor: 'val_loss', value: 0.1 },
};
const EVALUATE = { checkpoint: '/c', weights: 'ema', dataset: '/d', seed: 0, valLoss: 0.5 };
const WASM = { name: 'wasm', available: true, device: 'CPU', version: '1', matmulGflops: 1, convGflops: 2 };
const engine = (...backends: object[]) => ({ home: '/h', node: '20', chosen: 'wasm', backends });
const takes = (kind: keyof typeof jobResults, result: unknown) => v.is(jobResults[kind], result);

test('a result may hold more than a window reads, and that is kept', () => {
  const read = v.parse(jobResults.evaluate, { ...EVALUATE, positions: [1, 2] });
  expect(read).toEqual({ ...EVALUATE, positions: [1, 2] });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, 0])(
  'a loss may be %s',
  (valLoss) => {
    expect(takes('evaluate', { ...EVALUATE, valLoss })).toBe(true);
  },
);

test('a training ends done or paused, with its best checkpoint or none', () => {
  for (const more of [
    {},
    { state: 'paused' },
    { best: null },
    { best: { ...FINETUNE.best, value: Number.NaN } },
  ])
    expect(takes('finetune', { ...FINETUNE, ...more })).toBe(true);
  for (const more of [{ state: 'failed' }, { best: undefined }, { best: {} }, { epochs: '3' }])
    expect(takes('finetune', { ...FINETUNE, ...more })).toBe(false);
});

test('a backend that is available says how fast it is, another why not', () => {
  const missing = {
    name: 'tensorflow',
    available: false,
    reason: 'not installed',
    fix: 'regrip engine install',
  };
  expect(takes('measureEngine', engine(WASM, missing))).toBe(true);
  expect(takes('measureEngine', engine({ ...WASM, available: false }))).toBe(false);
  expect(takes('measureEngine', engine({ ...missing, available: true }))).toBe(false);
});

test.each([
  ['convert', { episodes: 1, steps: 2, skipped: [{ episode: 'e', reason: 'r' }], seconds: 1, output: '/o' }],
  ['report', { output: '/o', bytes: 5 }],
  ['installEngine', { folder: '/f', outcome: 'already', seconds: 0 }],
  ['gripper', []],
] as const)('%s: each of its fields is needed', (kind, result) => {
  expect(takes(kind, result)).toBe(true);
  for (const name of Object.keys(result))
    expect(takes(kind, { ...result, [name]: undefined }), name).toBe(false);
  for (const other of [null, 'x', 5]) expect(takes(kind, other)).toBe(false);
});
