import { join } from 'node:path';
import { expect, test } from 'vitest';
import { regrip } from './call.js';

const HYDRA = join(import.meta.dirname, '../fixtures/reference/hydra');

const call = (...args: string[]) => regrip(['compose', ...args], { cwd: HYDRA });

test('shows that the task group beats the data set path of the primary file', async () => {
  const { code, out } = await call('self-first-task-wins/train.yaml', '--provenance');
  expect(code).toBe(0);
  expect(out).toMatch(/dataset_path: \S+ # task\/cogact_7d\.yaml:\d+, beats train\.yaml:\d+/);
});

test('names the override that wrote a value, and the place it beat', async () => {
  const { out } = await call('override-dataset-path/train.yaml', 'training.num_epochs=200', '--provenance');
  expect(out).toMatch(/num_epochs: 200 # override training\.num_epochs=200, beats train\.yaml:\d+/);
});

test('names the interpolation behind a value that was written elsewhere', async () => {
  const { out } = await call('self-first-task-wins/train.yaml', '--provenance');
  expect(out).toMatch(/- 180 # train\.yaml:\d+: \$\{task\.shape_meta\}/);
});

test('takes overrides that delete, and prints one JSON document', async () => {
  const { out } = await call('delete/train.yaml', '~checkpoint.topk', '--json');
  expect(JSON.parse(out).checkpoint).not.toHaveProperty('topk');
});

test('refuses an unknown key as Hydra does, and says how to add it', async () => {
  const { code, err } = await call('plain/train.yaml', 'pretrained.path=x');
  expect(code).toBe(1);
  expect(err).toContain("'pretrained.path' does not exist");
  expect(err).toContain('+pretrained.path=x');
});

test('points at the line of a duplicate key', async () => {
  const { code, err } = await call('dup-key-error/train.yaml');
  expect(code).toBe(1);
  expect(err).toMatch(/dup-key-error\/train\.yaml:\d+:\d+/);
});
