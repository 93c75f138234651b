import { expect, test } from 'vitest';
import { formatPython } from '../../engine/training/pythonFormat.js';
import { requireLogged, TopK, type TopKOptions } from '../../engine/training/topK.js';

const options: TopKOptions = {
  monitorKey: 'train_loss',
  mode: 'min',
  k: 2,
  formatStr: 'epoch={epoch:04d}-train_loss={train_loss:.3f}.ckpt',
};

test("names are what Python's str.format gives", () => {
  const name = (template: string, value: number) => formatPython(template, { v: value });
  expect(formatPython(options.formatStr, { epoch: 550, train_loss: 0.01712 })).toBe(
    'epoch=0550-train_loss=0.017.ckpt',
  );
  expect(name('{v:.3f}', 0.0625)).toBe('0.062');
  expect(name('{v:.0f}|{v:.0f}', 2.5)).toBe('2|2');
  expect(name('{v:08.3f}', -1.5)).toBe('-001.500');
  expect(name('{v:6.2f}', 1.23456)).toBe('  1.23');
  expect(name('{v:e} {v:.3g} {v:g}', 0.0000123456)).toBe('1.234560e-05 1.23e-05 1.23456e-05');
  expect(name('{{{v}}}', 7)).toBe('{7}');
  expect(name('{v:.3f}', Number.NaN)).toBe('nan');
});

test('a name that cannot be filled says why', () => {
  expect(() => formatPython('{val_loss:.3f}', { epoch: 1 })).toThrow(/names 'val_loss'.*only epoch/);
  expect(() => formatPython('{v:>10}', { v: 1 })).toThrow(/format '>10'/);
  expect(() => formatPython('{v', { v: 1 })).toThrow(/brace/);
  expect(() => formatPython('{v:d}', { v: 1.5 })).toThrow(/integer/);
});

test('keeps the k best and removes the one that is beaten', () => {
  const topK = new TopK(options);
  const judge = (epoch: number, loss: number) => topK.judge('ck', { epoch, train_loss: loss });
  expect(judge(0, 0.5)).toEqual({ save: 'ck/epoch=0000-train_loss=0.500.ckpt', remove: undefined });
  expect(judge(1, 0.4)?.remove).toBeUndefined();
  expect(judge(2, 0.6)).toBeUndefined();
  expect(judge(3, 0.5)).toBeUndefined();
  expect(judge(4, 0.3)).toEqual({
    save: 'ck/epoch=0004-train_loss=0.300.ckpt',
    remove: 'ck/epoch=0000-train_loss=0.500.ckpt',
  });
  expect(topK.best()).toEqual({ name: 'epoch=0004-train_loss=0.300.ckpt', value: 0.3 });
  const resumed = new TopK(options, topK.entries());
  expect(resumed.judge('ck', { epoch: 5, train_loss: 0.35 })?.remove).toBe(
    'ck/epoch=0001-train_loss=0.400.ckpt',
  );
});

test('mode max, k 0, NaN, and a key that is not logged', () => {
  const max = new TopK({ ...options, mode: 'max', k: 1 });
  expect(max.judge('ck', { epoch: 0, train_loss: Number.NaN })).toBeDefined();
  expect(max.judge('ck', { epoch: 1, train_loss: 0.1 })?.remove).toContain('nan');
  expect(max.judge('ck', { epoch: 2, train_loss: 0.05 })).toBeUndefined();
  expect(new TopK({ ...options, k: 0 }).judge('ck', { epoch: 0, train_loss: 1 })).toBeUndefined();
  expect(() => new TopK({ ...options, monitorKey: 'val_loss' }).judge('ck', { train_loss: 1 })).toThrow(
    /monitor_key is 'val_loss'/,
  );
});

test('what an epoch will never log is refused before the first step', () => {
  const at = (monitorKey: string, validation: number, k = 5) =>
    requireLogged({ ...options, monitorKey, k }, validation);
  expect(() => at('val_loss', 0)).toThrow(/only with validation episodes, and there are none/);
  expect(() => at('test_mean_score', 9)).toThrow(/the builtin runner never logs/);
  at('test_mean_score', 0, 0);
  at('val_loss', 9);
  at('train_loss', 0);
});
