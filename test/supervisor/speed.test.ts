import { stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readSpeed, speedOf, writeSpeed } from '../../engine/supervisor/speed.js';
import type { JobResult } from '../../engine/wire/jobResults.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();
const backend = { name: 'wasm', available: true, device: 'CPU', matmulGflops: 10, convGflops: 5 };
const measured = (chosen: string, ...backends: object[]) =>
  ({ chosen, backends }) as unknown as JobResult<'measureEngine'>;

test('the speed is that of the backend that is chosen', () => {
  const speed = speedOf(measured('wasm', { ...backend, name: 'tensorflow-cpu' }, backend), 77);
  expect(speed).toEqual({ backend: 'wasm', device: 'CPU', matmulGflops: 10, convGflops: 5, measured: 77 });
  expect(speedOf(measured('wasm', { ...backend, available: false }), 77)).toBeUndefined();
  expect(speedOf(measured('wasm'), 77)).toBeUndefined();
});

test('it is kept for the next supervisor, for this user alone', async () => {
  const path = folder.path('speed.json');
  const speed = speedOf(measured('wasm', backend), 77)!;
  await writeSpeed(path, speed);
  expect(await readSpeed(path)).toEqual(speed);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('what is not there, or is something else, is not measured', async () => {
  expect(await readSpeed(folder.path('gone'))).toBeUndefined();
  for (const text of ['', '{', '{"backend": 5}', 'null']) {
    await writeFile(folder.path('a'), text);
    expect(await readSpeed(folder.path('a'))).toBeUndefined();
  }
});
