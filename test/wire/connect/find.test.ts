/** What a client makes of a peer that misbehaves: here the peer is played by the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectTo, findSupervisor, greet, type Peer } from '../../../engine/wire/connect/find.js';
import { placesOf } from '../../../engine/wire/connect/places.js';
import { MAX_MESSAGE_BYTES } from '../../../engine/wire/connect/wire.js';
import { listJobs, PROTOCOL_VERSION, status } from '../../../engine/wire/supervisorMessages.js';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-peer-'));
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Greets as it should, then answers each request with what `answer` writes. */
async function meet(answer: (socket: Socket, id: number) => void): Promise<Peer> {
  server = createServer((socket) => {
    socket.on('error', () => undefined); // the client leaves in the middle
    createInterface({ input: socket }).on('line', (line) => {
      const { id, method } = JSON.parse(line) as { id: number; method: string };
      const versions = { protocol: PROTOCOL_VERSION, code: '1.0.0-test', pid: process.pid };
      if (method === 'engine/hello') say(socket, { id, result: versions });
      else if (id !== undefined) answer(socket, id);
    });
  });
  const path = join(folder, 's');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return greet((await connectTo(path))!, 'token', 'code');
}
const say = (socket: Socket, message: object): void =>
  void socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

test('an answer that is not of the protocol is an error that names its place', async () => {
  const peer = await meet((socket, id) => say(socket, { id, result: { jobs: [{ id: 'x' }] } }));
  await expect(peer.call(listJobs, {})).rejects.toMatchObject({
    code: 'message-unexpected',
    message: expect.stringContaining('engine/listJobs: answer: jobs.0.id'),
    hint: expect.stringContaining('reload the window'),
  });
  peer.close();
});

test('an error of a shape of its own is told as it stands', async () => {
  const peer = await meet((socket, id) => say(socket, { id, error: { code: -32603, message: 'ouch' } }));
  await expect(peer.call(status, {})).rejects.toMatchObject({ code: 'call-failed', message: 'ouch' });
  peer.close();
});

test('a peer that sends more than a message may be is left, and every call says why', async () => {
  const part = 'x'.repeat(2 ** 20);
  const peer = await meet((socket) => {
    for (let sent = 0; sent <= MAX_MESSAGE_BYTES; sent += part.length) socket.write(part);
  });
  const calls = await Promise.allSettled([peer.call(status, {}), peer.call(listJobs, {})]);
  for (const call of calls)
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'message-too-large' } });
  expect(await peer.closed).toMatchObject({ code: 'message-too-large' });
  await expect(peer.call(status, {})).rejects.toMatchObject({ code: 'message-too-large' });
});

test('a peer that hangs up in the middle of an answer leaves no call waiting', async () => {
  const peer = await meet((socket) => socket.end('{"jsonrpc":"2.0","id":'));
  await expect(peer.call(status, {})).rejects.toMatchObject({ code: 'engine-gone' });
});

test('a supervisor that ends while it is greeted counts as none: its successor is started', async () => {
  server = createServer((socket) => socket.destroy());
  const socket = join(folder, 's');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  expect(
    await findSupervisor({ ...placesOf(), socket, token: join(folder, 'token') }, 'code'),
  ).toBeUndefined();
});
