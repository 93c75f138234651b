import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placesOf } from '../../../engine/wire/connect/places.js';
import { startJob, status } from '../../../engine/wire/supervisorMessages.js';
import { SOURCE, TestEngine } from '../../supervisor/engine.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await TestEngine.make();
});
afterEach(() => engine.remove());

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

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
