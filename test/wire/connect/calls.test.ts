/** Calls over a pair of connected streams. */
import { PassThrough } from 'node:stream';
import * as v from 'valibot';
import { afterEach, expect, test } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  NotificationType,
  RequestType,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { RegripError } from '../../../engine/base/errors.js';
import { answerCall, ask, failureOf, hear, unlessAborted } from '../../../engine/wire/connect/calls.js';

const double = {
  type: new RequestType<unknown, unknown, void>('double'),
  params: v.object({ n: v.number() }),
  result: v.object({ n: v.number() }),
};
const shout = {
  type: new NotificationType<{ text: string }>('shout'),
  params: v.object({ text: v.string() }),
};

const open: MessageConnection[] = [];
afterEach(() => {
  for (const connection of open.splice(0)) connection.dispose();
});

function pair(): [MessageConnection, MessageConnection] {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const make = (from: PassThrough, to: PassThrough) =>
    createMessageConnection(new StreamMessageReader(from), new StreamMessageWriter(to));
  const both: [MessageConnection, MessageConnection] = [make(back, there), make(there, back)];
  open.push(...both);
  return both;
}

const gone = () => new RegripError({ code: 'engine-gone', message: 'gone' });

function answering(
  handle: (params: { n: number }) => unknown,
): (asked: unknown, signal?: AbortSignal) => Promise<unknown> {
  const [client, server] = pair();
  answerCall(server, double, handle as never);
  client.listen();
  server.listen();
  return (asked, signal) => ask(client, double, asked, { signal, gone });
}

test('an answer comes back', async () => {
  expect(await answering(({ n }) => ({ n: 2 * n }))({ n: 4 })).toEqual({ n: 8 });
});

test('an error keeps its code, message and hint', async () => {
  const failing = answering(() => {
    throw new RegripError({ code: 'job-unknown', message: 'there is none', hint: 'look again' });
  });
  await expect(failing({ n: 1 })).rejects.toMatchObject({
    code: 'job-unknown',
    message: 'there is none',
    hint: 'look again',
  });
});

test('what is not a problem of the user’s is an internal one', async () => {
  const failing = answering(() => {
    throw new TypeError('undefined is not a function');
  });
  await expect(failing({ n: 1 })).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('TypeError'),
  });
});

test('parameters and answers that do not match their schemas are refused, with the place', async () => {
  await expect(answering(({ n }) => ({ n }))({ n: 'x' })).rejects.toMatchObject({
    code: 'message-unexpected',
    message: expect.stringMatching(/double: parameters: n/),
  });
  await expect(answering(() => ({ n: 'x' }))({ n: 1 })).rejects.toMatchObject({
    code: 'message-unexpected',
    message: expect.stringMatching(/double: answer: n/),
  });
});

test('a call that is aborted settles with the reason, and so does one that was before', async () => {
  const call = answering(() => new Promise(() => undefined));
  const controller = new AbortController();
  const pending = call({ n: 1 }, controller.signal);
  controller.abort(new Error('cancelled'));
  await expect(pending).rejects.toThrow('cancelled');
  await expect(call({ n: 1 }, controller.signal)).rejects.toThrow('cancelled');
});

test('a connection that ends settles what waits', async () => {
  const [client, server] = pair();
  answerCall(server, double, () => new Promise<never>(() => undefined));
  client.listen();
  server.listen();
  const pending = ask(client, double, { n: 1 }, { gone });
  client.dispose();
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
});

test('a notice is heard, one that does not match is a problem', async () => {
  const [client, server] = pair();
  const heard: string[] = [];
  const problems: Error[] = [];
  hear(
    server,
    shout,
    ({ text }) => void heard.push(text),
    (problem) => problems.push(problem),
  );
  client.listen();
  server.listen();
  await client.sendNotification('shout', { text: 5 });
  await client.sendNotification('shout', { text: 'a' });
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['a']);
  expect(problems).toMatchObject([{ code: 'message-unexpected' }]);
});

test('a promise settles as it does, or with the signal’s reason first', async () => {
  const aborted = AbortSignal.abort(new Error('stopped'));
  expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
  expect(await unlessAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
  await expect(unlessAborted(new Promise(() => undefined), aborted)).rejects.toThrow('stopped');
});

test('the facts of an error, for a peer', () => {
  expect(failureOf(new RegripError({ code: 'x', message: 'y' }))).toEqual({ code: 'x', message: 'y' });
  expect(
    failureOf(Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write', path: '/a' })),
  ).toMatchObject({ code: 'disk-enospc', hint: expect.any(String) });
  expect(failureOf('text')).toEqual({ code: 'internal', message: 'text' });
  expect(failureOf(new RegripError({ code: 'x', message: 'y'.repeat(10_000) })).message.length).toBeLessThan(
    5000,
  );
});
