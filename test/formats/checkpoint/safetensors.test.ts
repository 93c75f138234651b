import { spawnSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isSafetensors, openSafetensors } from '../../../engine/formats/checkpoint/safetensors.js';
import { ownFolder } from '../../ownFolder.js';
import { floats } from './files.js';
import { saveSafetensors } from './forms.js';

const folder = ownFolder();
const TENSORS = [
  floats('a.weight', [2, 2], [1, 2, 3, 4]),
  { key: 'n', shape: [], dtype: 'int64', read: () => new Uint8Array(BigInt64Array.of(7n).buffer) },
  { key: 'half', shape: [1], dtype: 'bfloat16', read: () => Uint8Array.of(0x80, 0x3f) },
];

test('it is one state dict, without a config or an optimizer', async () => {
  const file = await openSafetensors(await saveSafetensors(folder.path('a.safetensors'), TENSORS));
  const { form, stateDicts, config, optimizer, pickles } = file.index;
  expect([form!.kind, Object.keys(stateDicts), config, optimizer]).toEqual([
    'safetensors',
    ['model'],
    undefined,
    undefined,
  ]);
  expect(pickles).toEqual({ format: 'pt' });
  expect(stateDicts['model']!.map(({ key, shape, dtype, stride }) => [key, shape, dtype, stride])).toEqual([
    ['a.weight', [2, 2], 'float32', [2, 1]],
    ['n', [], 'int64', []],
    ['half', [1], 'bfloat16', [1]],
  ]);
  await file.close();
});

test('a tensor is read whole or in blocks, the same bytes', async () => {
  const large = floats(
    'large',
    [3_000_000],
    Array.from({ length: 3_000_000 }, (_, i) => i),
  );
  const file = await openSafetensors(await saveSafetensors(folder.path('a'), [...TENSORS, large]));
  for (const tensor of file.index.stateDicts['model']!) {
    const blocks: Uint8Array[] = [];
    for await (const block of file.blocks(tensor)) blocks.push(block);
    expect(Buffer.concat(blocks).equals(await file.read(tensor))).toBe(true);
    expect(blocks.length).toBe(tensor.key === 'large' ? 3 : 1);
  }
  expect([
    ...new Float32Array((await file.read(file.index.stateDicts['model']![0]!)).slice().buffer),
  ]).toEqual([1, 2, 3, 4]);
  await file.close();
});

test('it is known by its name, or by its beginning', async () => {
  await saveSafetensors(folder.path('weights'), TENSORS);
  await folder.write({
    'named.safetensors': '',
    zip: 'PK\x03\x04xxxxx',
    short: '12345678',
    text: '{"a": 1}     ',
  });
  await symlink('weights', folder.path('linked'));
  const is = (name: string) => isSafetensors(folder.path(name));
  for (const name of ['weights', 'linked', 'named.safetensors']) expect(await is(name), name).toBe(true);
  for (const name of ['zip', 'short', 'text', 'gone', '.']) expect(await is(name), name).toBe(false);
  expect(spawnSync('mkfifo', [folder.path('pipe.safetensors')]).status).toBe(0);
  expect(await is('pipe.safetensors')).toBe(false);
});
