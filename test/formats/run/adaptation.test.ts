import { expect, test } from 'vitest';
import { type PlainMap, PyFloat } from '../../../engine/base/plain.js';
import { adaptationSummary, parseAdaptation } from '../../../engine/formats/run/adaptation.js';

const RECORD: PlainMap = {
  strategy: 'widen',
  weights: 'ema',
  old_action_dim: 7,
  new_action_dim: 8,
  widened: {
    'model.head.weight': { from: [7, 256], to: [8, 256] },
    'model.head.bias': { from: [0], to: [8] },
  },
};
const SUMMARY = {
  version: 1,
  from: '/runs/7d.ckpt',
  strategy: 'widen',
  weights: 'ema',
  oldActionDim: 7,
  newActionDim: 8,
  widened: [
    { key: 'model.head.weight', from: [7, 256], to: [8, 256] },
    { key: 'model.head.bias', from: [0], to: [8] },
  ],
};

test('the record of a checkpoint, and the file that is written of it, say the same', () => {
  const summary = adaptationSummary('/runs/7d.ckpt', RECORD)!;
  expect(summary).toEqual(SUMMARY);
  expect(parseAdaptation(JSON.parse(JSON.stringify(summary)))).toEqual(SUMMARY);
});

test('what is odd in it is left out, and what is not told is unknown', () => {
  const odd = {
    old_action_dim: new PyFloat(7),
    new_action_dim: 8,
    widened: { a: 5, b: { from: ['x', 7], to: null } },
  };
  expect(adaptationSummary('x', odd)).toMatchObject({
    strategy: 'unknown',
    oldActionDim: 7,
    widened: [
      { key: 'a', from: [], to: [] },
      { key: 'b', from: [7], to: [] },
    ],
  });
});

test.each<[string, PlainMap[string] | undefined]>([
  ['nothing', undefined],
  ['a text', 'x'],
  ['no dimension', { ...RECORD, old_action_dim: '7' }],
  ['no list of what was widened', { ...RECORD, widened: null }],
])('%s is not a record', (_, record) => expect(adaptationSummary('x', record)).toBeUndefined());

test.each<[string, PlainMap[string]]>([
  ['a text', 'x'],
  ['no dimension', { widened: [], oldActionDim: 7 }],
  ['no list', { widened: {}, oldActionDim: 7, newActionDim: 8 }],
])('%s is not the file', (_, value) => expect(parseAdaptation(value)).toBeUndefined());
