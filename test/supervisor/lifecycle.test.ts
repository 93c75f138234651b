import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from '../../engine/base/process.js';
import { placesOf } from '../../engine/wire/connect/places.js';
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

/** Types into the socket by hand; resolves with all lines until the engine closes it, or with the first so many. */
async function talk(lines: readonly string[], count = Number.POSITIVE_INFINITY): Promise<Answer[]> {
  const socket: Socket = connect(engine.places.socket);
  socket.on('error', () => undefined); // closed on us
  let text = '';
  for (const line of lines) socket.write(line);
  const answers = (): Answer[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.on('data', (chunk) => {
      text += chunk;
      if (answers().length >= count) resolve();
    });
  });
  socket.destroy();
  return answers();
}
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly code: string };
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: { readonly code: string };
  };
}

const line = (id: number, method: string, params: unknown): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: `engine/${method}`, params })}\n`;
const greeting = async (): Promise<string> =>
  line(1, 'hello', {
    token: (await readFile(engine.places.token, 'utf8')).trim(),
    protocol: PROTOCOL_VERSION,
    code: 'test',
  });

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

describe('a socket path that is too long', () => {
  test('is replaced by a private folder under the temporary one', async () => {
    const deep = await TestEngine.make('a-folder-with-a-long-name/'.repeat(4));
    try {
      const { socket, state } = deep.places;
      expect(socket.startsWith(state)).toBe(false);
      expect(Buffer.byteLength(socket)).toBeLessThan(100);
      await expect(deep.client().call(status, {})).resolves.toMatchObject({ state: 'idle' });
      expect(await modeOf(dirname(socket))).toBe('700');
    } finally {
      await deep.remove();
      await rm(dirname(deep.places.socket), { recursive: true });
    }
  });

  test('is not put into a folder that others may look into', async () => {
    const deep = await TestEngine.make('a-folder-with-a-long-name/'.repeat(4));
    const folder = dirname(deep.places.socket);
    await mkdir(folder, { mode: 0o755 });
    await expect(deep.client().call(status, {})).rejects.toMatchObject({
      code: 'folder-not-private',
      file: folder,
      hint: expect.stringContaining('XDG_STATE_HOME'),
    });
    await rm(folder, { recursive: true });
    await deep.remove();
  });

  test('stays short whatever the home and temporary folders are called', () => {
    const long = `/${'x'.repeat(200)}`;
    const { socket } = placesOf({
      env: {},
      home: long,
      temporary: long,
      host: 'h'.repeat(80),
      platform: 'linux',
    });
    expect(Buffer.byteLength(socket)).toBeLessThan(100);
    expect(placesOf({ env: {}, platform: 'win32' }).socket).toMatch(/^\\\\\.\\pipe\\regrip-[0-9a-f]{12}$/);
  });
});

describe('a stranger', () => {
  beforeEach(() => engine.client().call(status, {}));

  test('with a wrong token is refused and dropped', async () => {
    const [answer, farewell] = await talk([line(1, 'hello', { token: 'guess', protocol: 1, code: 'x' })]);
    expect(answer?.error?.data?.code).toBe('wrong-token');
    expect(farewell).toMatchObject({ method: 'engine/dropped', params: { code: 'wrong-token' } });
  });

  test('that does not say hello is dropped', async () => {
    const answers = await talk([line(1, 'listJobs', {})]);
    expect(answers.at(-1)).toMatchObject({ method: 'engine/dropped', params: { code: 'not-greeted' } });
    expect(answers.filter(({ result }) => result !== undefined)).toEqual([]);
  });

  test('that sends no JSON is dropped', async () => {
    expect(await talk(['hello\n'])).toMatchObject([{ params: { code: 'message-malformed' } }]);
  });

  test('that never ends its line is dropped once it is longer than a greeting may be', async () => {
    expect(await talk(['x'.repeat(8192)])).toMatchObject([{ params: { code: 'message-too-large' } }]);
    expect(await engine.client().call(listJobs, {})).toEqual({ jobs: [] });
  });

  test('gets an error for whatever is not in the protocol, and an answer to what is', async () => {
    const answers = await talk(
      [
        await greeting(),
        line(2, 'startJob', { cwd: '/', request: { kind: 'bake' } }),
        line(3, 'startJob', { cwd: 'here', request: { kind: 'measureEngine' } }),
        line(4, 'startJob', {
          cwd: '/',
          request: { kind: 'finetune', config: '/c.yaml', overrides: ['--json'] },
        }),
        line(5, 'attach', { id: '../../etc', from: 1 }),
        line(6, 'listJobs', null),
        line(7, 'explode', {}),
        line(8, 'cancel', { id: '20260101-000000-adapt-00000000' }),
        line(9, 'listJobs', {}),
      ],
      9,
    );
    const codeOf = (id: number) => answers.find((answer) => answer.id === id)?.error?.data?.code;
    for (const id of [2, 3, 4, 5, 6]) expect(codeOf(id), String(id)).toBe('message-unexpected');
    expect(answers.find(({ id }) => id === 3)?.error?.message).toContain('cwd: expected an absolute path');
    expect(answers.find(({ id }) => id === 7)?.error?.code).toBe(-32601);
    expect(codeOf(8)).toBe('job-unknown');
    expect(answers.find(({ id }) => id === 9)?.result).toEqual({ jobs: [] });
  });
});

describe('a call settles', () => {
  test('when it is too large to send', async () => {
    const logs = Array.from({ length: 18_000 }, (_, i) => `/${'x'.repeat(1000)}${i}`);
    const call = engine.client().call(startJob, { cwd: '/', request: { kind: 'gripper', logs } });
    await expect(call).rejects.toMatchObject({ code: 'message-too-large' });
    const many = engine
      .client()
      .call(startJob, { cwd: '/', request: { kind: 'gripper', logs: logs.slice(0, 40) } });
    await expect(many).rejects.toThrow('name folders or patterns instead of files');
  });

  test('when its signal is aborted, and when the engine is killed', async () => {
    const client = engine.client();
    const { pid } = await client.call(status, {});
    process.kill(pid, 'SIGSTOP');
    const aborting = new AbortController();
    const aborted = client.call(status, {}, aborting.signal);
    aborting.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const waiting = client.call(status, {});
    process.kill(pid, 'SIGKILL');
    await expect(waiting).rejects.toMatchObject({ code: 'engine-gone' });
  });

  test('when the engine cannot start: the reason is in the error', async () => {
    const client = engine.client({}, { node: '/bin/false' });
    await expect(client.call(status, {})).rejects.toMatchObject({ code: 'node-setting' });
    const broken = { ...SOURCE, copied: ['package.json'], entry: 'package.json' };
    await expect(engine.client({}, { source: broken }).call(status, {})).rejects.toMatchObject({
      code: 'engine-start',
      message: expect.stringMatching(/ended with exit code 1; its log ends with: .*Node\.js v/),
    });
  });
});
