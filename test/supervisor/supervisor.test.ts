import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from '../../engine/base/process.js';
import {
  listJobs,
  PROTOCOL_VERSION,
  shutdown,
  startJob,
  status,
} from '../../engine/wire/supervisorMessages.js';
import { MINI } from '../work/convert/folders.js';
import { SOURCE, TestEngine, until } from './engine.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await TestEngine.make();
});
afterEach(() => engine.remove());

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

/** A client in a process of its own. */
class Starter {
  private readonly child = spawn(process.execPath, [STARTER, JSON.stringify(engine.options({ env: {} }))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  private readonly gone = new Promise((resolve) => this.child.once('exit', resolve));
  /** Of the supervisor that it found or started. */
  readonly pid = new Promise<number>((resolve) =>
    this.child.stdout.once('data', (text) => resolve(Number(text))),
  );

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
  }
}
const STARTER = fileURLToPath(new URL('../../out/test/supervisor/starter.js', import.meta.url));

describe('the supervisor', () => {
  test('starts at the first call, in folders and with files of this user alone', async () => {
    const found = await engine.client().call(status, {});
    expect(found).toMatchObject({ state: 'idle', protocol: PROTOCOL_VERSION, running: [], queued: [] });
    expect(found.pid).toBe(await engine.pid());
    expect(found.pid).not.toBe(process.pid);
    expect(found.memory).toBeGreaterThan(10e6);
    const { state, socket, token, log, jobs, lock } = engine.places;
    for (const folder of [state, dirname(socket), jobs]) expect(await modeOf(folder), folder).toBe('700');
    for (const file of [socket, token, log, lock]) expect(await modeOf(file), file).toBe('600');
    expect(Buffer.byteLength(socket)).toBeLessThan(100);
  });

  test('runs code that was copied, so that an update may delete the original', async () => {
    const { pid, code } = await engine.client().call(status, {});
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    expect(command[1]).toBe(join(engine.places.code, code, 'out/engine/main.js'));
    const original = await readFile(join(SOURCE.root, SOURCE.entry), 'utf8');
    expect(await readFile(command[1]!, 'utf8')).toBe(original);
  });

  test('does not hear the editor: its variables stay behind', async () => {
    const env = { ...process.env, VSCODE_IPC_HOOK: 'x', ELECTRON_RUN_AS_NODE: '1', REGRIP_TEST: 'kept' };
    const { pid } = await engine.client({}, { env }).call(status, {});
    const variables = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    expect(variables).toContain('REGRIP_TEST=kept');
    expect(variables.filter((one) => /^(VSCODE_|ELECTRON_)/.test(one))).toEqual([]);
  });

  test('is one, however many processes start it at once', async () => {
    const starters = Array.from({ length: 4 }, () => new Starter());
    const pids = await Promise.all(starters.map(({ pid }) => pid));
    await Promise.all(starters.map((starter) => starter.kill()));
    expect(new Set(pids)).toEqual(new Set([await engine.pid()]));
    const starts = (await readFile(engine.places.log, 'utf8')).match(/listening/g);
    expect(starts).toHaveLength(1);
  });

  test('outlives the process that started it', async () => {
    const starter = new Starter();
    const pid = await starter.pid;
    await starter.kill();
    expect((await engine.client().call(status, {})).pid).toBe(pid);
  });

  test('ends when nobody has needed it for a while, and leaves no socket', async () => {
    const client = engine.client({}, { idleMs: 300 });
    const { pid } = await client.call(status, {});
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(isAlive(pid)).toBe(true); // somebody is connected
    client.dispose();
    await until(() => !isAlive(pid));
    expect(existsSync(engine.places.socket)).toBe(false);
    expect(existsSync(engine.places.lock)).toBe(false);
  });

  test('does not end before its jobs have, whether anybody listens or not', async () => {
    const client = engine.client({}, { idleMs: 1000 });
    const { id } = await client.call(startJob, {
      cwd: '/',
      request: { kind: 'convert', input: MINI, output: join(engine.folder, 'out.zarr'), processes: 0 },
    });
    const pid = (await engine.pid())!;
    client.dispose();
    await until(() => !isAlive(pid));
    expect((await engine.client().call(listJobs, {})).jobs).toMatchObject([{ id, state: 'done' }]);
  });

  test('takes the place of one that was killed', async () => {
    const lost: string[] = [];
    const client = engine.client({ lost: ({ code }) => lost.push(code) });
    const { pid } = await client.call(status, {});
    await engine.kill();
    expect(existsSync(engine.places.socket)).toBe(true); // stale
    await until(() => lost.length > 0);
    expect(lost).toEqual(['engine-gone']);
    const next = await client.call(status, {});
    expect(next.pid).not.toBe(pid);
  });

  test('does not believe a lock whose process number belongs to another process now', async () => {
    await mkdir(engine.places.state, { recursive: true });
    await writeFile(engine.places.lock, JSON.stringify({ pid: process.pid, birth: 'an earlier boot:17' }));
    await expect(engine.client().call(status, {})).resolves.toMatchObject({ state: 'idle' });
  });

  test('is ended by a client, and started again by the next call', async () => {
    const client = engine.client();
    const { pid } = await client.call(status, {});
    await client.call(shutdown, {});
    await until(() => !isAlive(pid));
    expect((await client.call(status, {})).pid).not.toBe(pid);
  });
});
