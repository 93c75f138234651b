// @module-tag engine
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineFolder, engineHome, isInstalled } from '../../../engine/base/engineHome.js';
import { measureBackend } from '../../../engine/tensors/backend/measure.js';
import { BACKEND_REQUESTS, openBackend, parseBackendRequest } from '../../../engine/tensors/backend/open.js';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'regrip-no-engine-'));
});
afterAll(() => rm(empty, { recursive: true, force: true }));

describe('where no engine is installed', () => {
  test('auto takes WebAssembly and says what it costs and what to do', async () => {
    const info = await openBackend({ request: 'auto', engineHome: empty });
    expect(info.name).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect(info.note).toContain('times as long');
    expect(info.note).toContain(engineFolder(empty, 'cpu'));
    expect(info.note).toContain('regrip engine install');
  });

  test.each(['tensorflow', 'tensorflow-cpu'] as const)(
    '%s by name is an error with the command',
    async (request) => {
      await expect(openBackend({ request, engineHome: empty })).rejects.toMatchObject({
        code: 'backend-missing',
        hint: 'run: regrip engine install',
      });
    },
  );

  test('a GPU by name is an error', async () => {
    await expect(openBackend({ request: 'tensorflow-cuda', engineHome: empty })).rejects.toMatchObject({
      code: 'backend-missing',
      message: expect.stringContaining('cuda12'),
    });
  });
});

test('an unknown backend is a wrong call that lists the choices', () => {
  expect(parseBackendRequest('wasm')).toBe('wasm');
  expect(() => parseBackendRequest('webgl')).toThrow("unknown backend 'webgl'");
  expect(BACKEND_REQUESTS).toContain('auto');
});

test('WebAssembly multiplies exactly and its speed is measured', async () => {
  await openBackend({ request: 'wasm' });
  const before = tf.memory().numTensors;
  const speed = await measureBackend();
  expect(speed.maxError).toBe(0);
  expect(speed.matmulGflops).toBeGreaterThan(1); // plain JavaScript reaches 0.6
  expect(speed.convGflops).toBeGreaterThan(0.1);
  expect(tf.memory().numTensors).toBe(before);
});

const installed = isInstalled(engineHome(), 'cpu');
describe.skipIf(!installed)('TensorFlow (needs: regrip engine install)', () => {
  test('is what auto takes', async () => {
    const info = await openBackend({ request: 'auto' });
    expect(info).toMatchObject({ name: 'tensorflow', version: '2.16.2' });
    expect(info.note).toBeUndefined();
    expect((await measureBackend()).maxError).toBe(0);
  });

  test('on the CPU does not pass for a GPU', async () => {
    await openBackend({ request: 'tensorflow-cpu' });
    await expect(openBackend({ request: 'tensorflow-cuda' })).rejects.toMatchObject({
      code: 'device-missing',
    });
  });

  test('loads where Node no longer has util.isNullOrUndefined', () => {
    const program = `
      import util from 'node:util';
      delete util.isNullOrUndefined; delete util.isArray;
      const { openBackend } = await import('./out/engine/tensors/backend/open.js');
      const tf = await import('@tensorflow/tfjs');
      await openBackend({ request: 'tensorflow' });
      process.stdout.write(String(tf.topk(tf.tensor1d([1, 3, 2]), 1).values.dataSync()[0]));`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('3');
  });
});
