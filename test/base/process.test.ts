import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  engineEnvironment,
  isAlive,
  isNodeSupported,
  isSameAlive,
  machineOf,
  markOf,
  OLDEST_NODE,
} from '../../engine/base/process.js';

test.each([
  ['20.15.0', true],
  ['20.20.2', true],
  ['22.0.0', true],
  ['26.1.0-nightly', true],
  ['20.14.9', false],
  ['18.20.4', false],
  ['9.99.0', false],
  ['', false],
])('Node %s: %s', (version, is) => expect(isNodeSupported(version)).toBe(is));

test('the oldest Node is that of package.json', () => {
  const path = fileURLToPath(new URL('../../package.json', import.meta.url));
  const { engines } = JSON.parse(readFileSync(path, 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${OLDEST_NODE.join('.')}`);
});

const linux = test.runIf(process.platform === 'linux');

linux('a process is alive until it ends, and a later one of its number is another', async () => {
  const child = spawn('sleep', ['1000']);
  const mark = markOf(child.pid!);
  expect(mark).toEqual({ pid: child.pid, birth: expect.stringMatching(/^[0-9a-f-]{36}:\d+$/) });
  expect([isAlive(child.pid!), isSameAlive(mark)]).toEqual([true, true]);
  expect(isSameAlive({ ...mark, birth: markOf(process.pid).birth! })).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([isAlive(child.pid!), isSameAlive(mark)]).toEqual([false, false]);
});

linux('a name with spaces and parentheses does not shift the start time', async () => {
  const script = 'process.title = "a) b (1 2 3"; setInterval(() => {}, 1e6); console.log("ready")';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const before = markOf(child.pid!);
  await once(child.stdout, 'data');
  expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain('(a) b (1 2 3)');
  expect(markOf(child.pid!)).toEqual(before);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('a process of another user is alive though it may not be signalled', () => {
  expect(isAlive(1)).toBe(true);
});

test('of a process that is gone nothing but its number is known', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  expect(markOf(pid)).toEqual({ pid });
  expect(isSameAlive({ pid: process.pid })).toBe(true); // no birth to compare
});

test('a machine is the host and the container on it, the same each time', () => {
  expect(machineOf().startsWith(hostname())).toBe(true);
  expect(machineOf()).toBe(machineOf());
});

test('the engine gets nothing that would make it a part of the editor', () => {
  const env = { PATH: '/bin', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', HOME: '/h', MY_VSCODE_: 'kept' };
  expect(engineEnvironment(env)).toEqual({ PATH: '/bin', HOME: '/h', MY_VSCODE_: 'kept' });
});

test('where this process is the editor’s, its children are Node', () => {
  const versions = { ...process.versions };
  Object.defineProperty(process, 'versions', {
    value: { ...versions, electron: '30.0.0' },
    configurable: true,
  });
  try {
    expect(engineEnvironment({ ELECTRON_ENABLE_LOGGING: '1' })).toEqual({ ELECTRON_RUN_AS_NODE: '1' });
  } finally {
    Object.defineProperty(process, 'versions', { value: versions, configurable: true });
  }
});
