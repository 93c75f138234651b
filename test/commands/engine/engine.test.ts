import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineReport } from '../../../engine/commands/engine/engine.js';
import { regrip } from '../call.js';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'regrip-engine-'));
});
afterAll(() => rm(empty, { recursive: true, force: true }));

/** Types a call on a machine without an engine, compiler or pip. */
const type = (...args: string[]) =>
  regrip(args, { cwd: empty, env: { REGRIP_ENGINE_HOME: empty, XDG_CACHE_HOME: empty, PATH: empty } });

describe('regrip engine, where TensorFlow is not installed', () => {
  test('shows what is missing, the command that fixes it, and what is used instead', {
    tags: 'engine',
  }, async () => {
    const { code, out } = await type('engine');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ {2}tensorflow +missing: not installed in .*2\.16\.2-cpu\n +→ regrip engine install\n/,
    );
    expect(out).toMatch(/\* wasm +4\.22\.0 +CPU, 1 thread +matmul \d+, convolution \d+ GFLOP\/s/);
  });

  test('--json is one document with measured speeds', { tags: 'engine' }, async () => {
    const { code, out } = await type('engine', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(out) as EngineReport;
    expect(found).toMatchObject({ chosen: 'wasm', home: empty, node: process.versions.node });
    expect(found.backends[0]).toMatchObject({
      name: 'tensorflow',
      available: false,
      fix: 'regrip engine install',
    });
    expect(found.backends[1]).toMatchObject({
      name: 'wasm',
      available: true,
      matmulGflops: expect.any(Number),
    });
  });

  test('an install that this machine cannot do fails with what to do, and stdout stays empty', async () => {
    const { code, out, err } = await type('engine', 'install', '--json');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/^error: (no pip|no TensorFlow build|this Linux uses musl)/);
    expect(err).toContain('→');
  });

  test('a wrong call is exit code 2', async () => {
    expect((await type('engine', 'repair')).code).toBe(2);
    expect((await type('engine', '--fast')).code).toBe(2);
  });
});
