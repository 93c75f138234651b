import { expect, test } from 'vitest';
import { StorageOwners } from '../../../../engine/formats/checkpoint/listing/storages.js';
import type { TensorInfo } from '../../../../engine/formats/checkpoint/types.js';

const tensor = (key: string, more: Partial<TensorInfo> = {}): TensorInfo => ({
  key,
  shape: [2],
  stride: [1],
  dtype: 'float32',
  storageOffset: 0,
  storage: '0',
  ...more,
});

test('the first on a storage owns it; the same elements are =, others of it ~', () => {
  const owners = new StorageOwners();
  const shared = (one: TensorInfo) => owners.sharedWith('model', one);
  expect(shared(tensor('a'))).toBeUndefined();
  expect(shared(tensor('b', { storage: '1' }))).toBeUndefined();
  expect(shared(tensor('c', { alias: 'a' }))).toBe('= a');
  expect(shared(tensor('d'))).toBe('= a');
  for (const other of [{ storageOffset: 1 }, { shape: [1] }, { stride: [2] }, { dtype: 'int32' }])
    expect(shared(tensor('e', other))).toBe('~ a');
});

test('an owner in another state dict is named with it', () => {
  const owners = new StorageOwners();
  owners.sharedWith('model', tensor('a'));
  expect(owners.sharedWith('ema_model', tensor('a'))).toBe('= model: a');
  expect(owners.sharedWith('ema_model', tensor('b', { storageOffset: 1 }))).toBe('~ model: a');
});

test('a tensor without elements shares nothing and owns nothing', () => {
  const owners = new StorageOwners();
  expect(owners.sharedWith('model', tensor('empty', { shape: [0] }))).toBeUndefined();
  expect(owners.sharedWith('model', tensor('a'))).toBeUndefined();
  expect(owners.sharedWith('model', tensor('empty2', { shape: [0] }))).toBeUndefined();
});

test('foreign names are shown tame', () => {
  const owners = new StorageOwners();
  owners.sharedWith('m\n', tensor('k \x1b'));
  expect(owners.sharedWith('other', tensor('b'))).toBe('= m\\x0a: k\\x20\\x1b');
});
