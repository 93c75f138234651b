/** What peers that say nothing, too much, or never listen may cost the supervisor. */
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../engine/wire/connect/wire.js';
import { listJobs, PROTOCOL_VERSION, status } from '../../engine/wire/supervisorMessages.js';
import { TestEngine, until } from './engine.js';

let engine: TestEngine;
const sockets: Peer[] = [];
beforeEach(async () => {
  engine = await TestEngine.make();
  await engine.client().call(status, {});
});
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
  await engine.remove();
});

interface Peer {
  readonly socket: Socket;
  /** What it was told. */
  text: string;
  isClosed: boolean;
}

function join(): Promise<Peer> {
  const socket = connect(engine.places.socket);
  const peer: Peer = { socket, text: '', isClosed: false };
  sockets.push(peer);
  socket.on('error', () => undefined); // closed on us
  socket.on('data', (chunk) => {
    peer.text += chunk;
  });
  socket.once('close', () => {
    peer.isClosed = true;
  });
  return new Promise((resolve) => socket.once('connect', () => resolve(peer)));
}

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

const memory = async () => (await engine.client().call(status, {})).memory;

test('thirty peers that fill a message each and never end it take next to nothing', async () => {
  const before = await memory();
  const almost = Buffer.alloc(MAX_MESSAGE_BYTES - 1, 'x');
  const peers = await Promise.all(Array.from({ length: 30 }, join));
  for (const { socket } of peers) socket.write(almost);
  await until(() => peers.every(({ isClosed }) => isClosed));
  // One that is closed on while it still writes may not get to read why.
  const told = peers.map(({ text }) => text).filter((text) => text !== '');
  expect(told).not.toEqual([]);
  for (const text of told) expect(text).toMatch(/engine\/dropped.*(message-too-large|too-many-clients)/);
  expect((await memory()) - before).toBeLessThan(64 * 2 ** 20);
});

test('of strangers that only hold the line the oldest makes room, and a client always gets in', async () => {
  const peers: Peer[] = [];
  for (let i = 0; i < 40; i++) peers.push(await join());
  await until(() => peers.filter(({ isClosed }) => isClosed).length >= 24);
  expect(peers[0]?.text).toContain('too-many-clients');
  expect(peers.at(-1)?.isClosed).toBe(false);
  expect(await engine.client().call(listJobs, {})).toEqual({ jobs: [] });
});

test('a greeting that comes byte by byte is heard', async () => {
  const { socket, ...peer } = await join();
  let text = peer.text;
  socket.on('data', (chunk) => {
    text += chunk;
  });
  for (const byte of await greeting()) {
    socket.write(byte);
    await wait(1);
  }
  await until(() => text.includes('"pid"'));
});

test('a client that asks and never reads is let go, and the others are answered meanwhile', async () => {
  const before = await memory();
  const peer = await join();
  const { socket } = peer;
  socket.write(await greeting());
  await until(() => peer.text.includes('"pid"'));
  socket.pause();
  // Answers of errors as long as their method's name: 200 MB in all.
  const method = 'x'.repeat(100_000);
  const ask = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method })}\n`);
  let isGone = false;
  socket.once('close', () => {
    isGone = true;
  });
  for (let asked = 0; asked < 2000 && !isGone; asked++)
    if (!socket.write(ask))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), wait(5000)]);
  await until(() => isGone);
  await until(async () => (await memory()) - before < 160 * 2 ** 20);
  expect(await readFile(engine.places.log, 'utf8')).toContain('of messages unread');
});

describe('a stranger', () => {
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
