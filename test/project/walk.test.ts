import { expect, test } from 'vitest';
import { readAhead, walkProject } from '../../engine/project/walk.js';
import { inMemory } from './inMemory.js';

const files = (...paths: readonly string[]) =>
  inMemory(Object.fromEntries(paths.map((path) => [path, path])));

async function walked(...paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const folder of walkProject('/p', files(...paths))) found.push(folder.path);
  return found;
}

test('the nearest folders come first, each with the names in it', async () => {
  expect(await walked('/p/a/deep/x', '/p/b/x', '/p/x')).toEqual(['/p', '/p/a', '/p/b', '/p/a/deep']);
  for await (const folder of walkProject('/p', files('/p/x', '/p/a/y'))) {
    expect(folder).toEqual({ path: '/p', files: ['x'], folders: ['a'] });
    break;
  }
});

test('data, outputs and environments are left out', async () => {
  const skipped = [
    '.git',
    'node_modules',
    'outputs',
    'wandb',
    'checkpoints',
    'data.zarr',
    'x.egg-info',
    '__pycache__',
  ];
  expect(
    await walked(
      ...skipped.map((name) => `/p/${name}/x`),
      '/p/venv/pyvenv.cfg',
      '/p/conda/conda-meta/x',
      '/p/src/x',
    ),
  ).toEqual(['/p', '/p/src']);
});

test('it ends, however deep or wide the folders are', async () => {
  expect(await walked(`/p/${'a/'.repeat(50)}x`)).toHaveLength(10);
  const wide = Array.from({ length: 8000 }, (_, i) => `/p/d${i}/x`);
  expect(await walked(...wide)).toHaveLength(5000);
});

test('it ends when it is cancelled', async () => {
  const cancelled = new AbortController();
  const walking = async () => {
    for await (const folder of walkProject('/p', files('/p/a/x', '/p/b/x'), cancelled.signal))
      if (folder.path === '/p') cancelled.abort(new Error('cancelled'));
  };
  await expect(walking()).rejects.toThrow('cancelled');
});

test('texts come in the order that is asked for, those that cannot be read left out', async () => {
  const found: string[] = [];
  for await (const { path, text } of readAhead(['/p/b', '/p/gone', '/p/a'], files('/p/a', '/p/b')))
    found.push(`${path}=${text}`);
  expect(found).toEqual(['/p/b=/p/b', '/p/a=/p/a']);
});
