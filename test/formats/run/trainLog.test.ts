import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BUILTIN_KEYS,
  logLineText,
  parseLogLine,
  saysMoreThanStep,
} from '../../../engine/formats/run/trainLog.js';

test.each<[string, Record<string, number> | undefined]>([
  ['{"train_loss": 0.5, "epoch": 3}', { train_loss: 0.5, epoch: 3 }],
  [
    '{"a": NaN, "b": -Infinity, "c":Infinity}',
    { a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: Number.POSITIVE_INFINITY },
  ],
  ['{"a": 1, "text": "x", "list": [1, NaN], "none": null, "yes": true}', { a: 1 }], // numbers alone
  ['{"note": "loss: NaN, stopped", "a": 1}', { a: 1 }],
  ['{"a: NaN,": 1, "b": NaN}', { 'a: NaN,': 1, b: Number.NaN }],
  ['{}', {}],
  ['\ufeff{"a": 1}', { a: 1 }],
  ['{"__proto__": 1}', { ['__proto__']: 1 }],
  ['{"train_loss": 0.5, "ep', undefined], // half a line
  ['', undefined],
  ['5', undefined],
  ['[1]', undefined],
  ['null', undefined],
  ['NaN', undefined],
])('%j', (line, values) => expect(parseLogLine(line)).toEqual(values));

test('a line that was written is read back, whatever its keys and numbers', () => {
  const number = fc.double().map((value) => (value === 0 ? 0 : value));
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a": NaN,', ': -Infinity}')), number),
      (line) => {
        const text = logLineText(line);
        expect(parseLogLine(text)).toEqual({ ...line });
        expect(text).not.toContain('\n');
      },
    ),
  );
});

test('numbers are written as Python writes them', () => {
  expect(logLineText({ a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: 1e-7, d: 3 })).toBe(
    '{"a": NaN, "b": -Infinity, "c": 1e-7, "d": 3}',
  );
});

test('a line that ends an epoch says more than each step does', () => {
  expect(saysMoreThanStep({ train_loss: 1, global_step: 2, epoch: 0, lr: 0.1 })).toBe(false);
  expect(saysMoreThanStep({ train_loss: 1, val_loss: 1 })).toBe(true);
  expect(saysMoreThanStep({})).toBe(false);
});

test('keys of the builtin runner', () => {
  for (const key of ['train_loss', 'lr', 'val_loss', 'val_gripper_f1_1', 'train_action_mse_error'])
    expect(key).toMatch(BUILTIN_KEYS);
  for (const key of ['test_mean_score', 'my_val_loss', 'train_loss2', 'val_'])
    expect(key).not.toMatch(BUILTIN_KEYS);
});
