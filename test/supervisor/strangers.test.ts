/** What peers that say nothing, too much, or never listen may cost the supervisor. */
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

async function greeting(): Promise<string> {
  const token = (await readFile(engine.places.token, 'utf8')).trim();
  const params = { token, protocol: PROTOCOL_VERSION, code: 'test' };
  return `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'engine/hello', params })}\n`;
}

const memory = async () => (await engine.client().call(status, {})).memory;

test('thirty peers that fill a message each and never end it take next to nothing', async () => {
  const before = await memory();
  const almost = Buffer.alloc(MAX_MESSAGE_BYTES - 1, 'x');
  const peers = await Promise.all(Array.from({ length: 30 }, join));
  for (const { socket } of peers) socket.write(almost);
  await until(() => peers.every(({ isClosed }) => isClosed));
  for (const { text } of peers) expect(text).toMatch(/engine\/dropped.*(message-too-large|too-many-clients)/);
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
