/** A pair of sockets over a path of their own. */
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { NotificationType, RequestType } from 'vscode-jsonrpc/node';
import { RegripError } from '../../../engine/base/errors.js';
import { drop, MAX_MESSAGE_BYTES, openWire, requireSendable } from '../../../engine/wire/connect/wire.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function pair(): Promise<[ours: Socket, theirs: Socket]> {
  const server = createServer().listen(folder.path('s'));
  servers.push(server);
  await once(server, 'listening');
  const ours = createConnection(folder.path('s'));
  const [theirs] = (await once(server, 'connection')) as [Socket];
  for (const socket of [ours, theirs]) socket.on('error', () => undefined);
  sockets.push(ours, theirs);
  return [ours, theirs];
}

/** A wire at our end, with the problems that it told; the peer is a bare socket. */
async function wired(isKnown?: () => boolean) {
  const [ours, theirs] = await pair();
  const problems: Error[] = [];
  const connection = openWire(ours, (problem) => problems.push(problem), isKnown);
  let said = '';
  theirs.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { connection, ours, theirs, problems, said: () => said };
}

const ECHO = new RequestType<unknown, unknown, unknown>('echo');

test('one JSON document a line in both directions, numbers that JSON lacks among them', async () => {
  const [ours, theirs] = await pair();
  const [client, server] = [ours, theirs].map((socket) => openWire(socket, () => undefined));
  server!.onRequest(ECHO, (params) => params);
  client!.listen();
  server!.listen();
  const value = { loss: Number.NaN, list: [1, -0, Number.POSITIVE_INFINITY], text: 'a\nb' };
  expect(await client!.sendRequest(ECHO, value)).toEqual(value);
});

test.each([
  ['not JSON', 'hello\n', 'message-malformed'],
  ['JSON of something else', '[1]\n', 'message-malformed'],
])('a peer that sends %s is told why, and the connection ends', async (_, text, code) => {
  const { connection, theirs, problems, said } = await wired();
  connection.listen();
  theirs.write(text);
  await once(theirs, 'end');
  expect(JSON.parse(said())).toMatchObject({ method: 'engine/dropped', params: { code } });
  expect(problems).toMatchObject([{ code }]);
});

test('a line without end is refused at the limit of a message', async () => {
  const { connection, theirs, said } = await wired();
  connection.listen();
  const block = Buffer.alloc(2 ** 20, 'x');
  for (let sent = 0; sent <= MAX_MESSAGE_BYTES; sent += block.length) theirs.write(block);
  await once(theirs, 'end');
  expect(JSON.parse(said())).toMatchObject({ params: { code: 'message-too-large' } });
});

test('a stranger may say little more than a greeting', async () => {
  const { connection, theirs, said } = await wired(() => false);
  connection.listen();
  theirs.write(`{"jsonrpc": "2.0", "method": "x", "params": "${'x'.repeat(5000)}"}\n`);
  await once(theirs, 'end');
  expect(JSON.parse(said())).toMatchObject({ params: { code: 'message-too-large' } });
});

test('a peer that does not read is disconnected before it takes our memory', async () => {
  const { connection, theirs, problems } = await wired();
  connection.listen();
  theirs.pause();
  const notice = new NotificationType<unknown>('n');
  const text = 'x'.repeat(MAX_MESSAGE_BYTES / 2);
  const sending = async () => {
    for (let i = 0; i < 20; i += 1)
      await Promise.race([
        connection.sendNotification(notice, text),
        new Promise((resolve) => setTimeout(resolve, 20)),
      ]);
  };
  await sending().catch(() => undefined);
  expect(
    problems.some((problem) => problem instanceof RegripError && problem.code === 'peer-does-not-read'),
  ).toBe(true);
});

test('a message that no peer would take is not sent', async () => {
  expect(() => requireSendable('x'.repeat(1000))).not.toThrow();
  expect(() => requireSendable('x'.repeat(MAX_MESSAGE_BYTES))).toThrow(
    expect.objectContaining({ code: 'message-too-large' }),
  );
});

test('who is dropped is told why, and gone soon even if it does not read', async () => {
  const [ours, theirs] = await pair();
  theirs.pause();
  drop(ours, new RegripError({ code: 'x', message: 'y' }));
  await once(ours, 'close');
  expect(ours.destroyed).toBe(true);
});
