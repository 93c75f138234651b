/** The Python that the benches compare with. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { preparePeer } from '../../../scripts/bench/peer.js';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'regrip-peer-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

test('what the person names is taken, and nothing is made', () => {
  const env: NodeJS.ProcessEnv = { REGRIP_PEER_PYTHON: '/my/python', XDG_CACHE_HOME: cache };
  preparePeer(env);
  expect(env).toEqual({ REGRIP_PEER_PYTHON: '/my/python', XDG_CACHE_HOME: cache });
});

test('one that was made whole is taken again', () => {
  const venv = join(cache, 'regrip', 'bench-peers');
  mkdirSync(venv, { recursive: true });
  writeFileSync(join(venv, 'whole'), '');
  const env: NodeJS.ProcessEnv = { XDG_CACHE_HOME: cache };
  preparePeer(env);
  expect(env['REGRIP_PEER_PYTHON']).toBe(join(venv, 'bin', 'python'));
});
