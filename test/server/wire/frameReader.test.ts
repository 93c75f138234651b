/** What a peer that breaks the framing costs the server over standard input: a notice, and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Message, StreamMessageReader } from 'vscode-jsonrpc/node';
import { FrameReader, MAX_MESSAGE_BYTES } from '../../../server/wire/frameReader.js';

interface Answer {
  readonly id?: number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

const frame = (message: unknown): string => framed(JSON.stringify(message));
const framed = (body: string, length = Buffer.byteLength(body)): string =>
  `Content-Length: ${length}\r\n\r\n${body}`;
const initialize = (id: number): string =>
  frame({
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: { processId: null, rootUri: null, capabilities: {} },
  });

describe('the server', () => {
  const SERVER = fileURLToPath(new URL('../../../out/server/main.js', import.meta.url));
  let child: ChildProcess;
  let answers: Answer[];
  beforeEach(() => {
    child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    answers = [];
    new StreamMessageReader(child.stdout!).listen((message) => void answers.push(message as Answer));
  });
  afterEach(() => void child.kill('SIGKILL'));

  async function answered(is: (answer: Answer) => boolean): Promise<Answer> {
    for (let waited = 0; waited < 30_000; waited += 25) {
      const found = answers.find(is);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`no such answer among ${JSON.stringify(answers)}`);
  }

  test.each([
    ['a header without a length', 'Content-Type: text/plain\r\n\r\n{}', /lacks a valid Content-Length/],
    ['a length that is not a number', 'Content-Length: many\r\n\r\n{}', /lacks a valid Content-Length/],
    ['a negative length', 'Content-Length: -5\r\n\r\n{}', /lacks a valid Content-Length/],
    ['a header without an end', 'x'.repeat(10_000), /does not end within/],
    ['a header of 2 GB', framed('{"a":1}', 2 ** 31), /announces 2\.1 GB/],
    ['a body that is not JSON', framed('{"jsonrpc":'), /not a JSON-RPC/],
    ['a list of messages', framed('[]'), /not a JSON-RPC/],
  ])('says what was wrong with %s, and answers the next request', async (_, broken, said) => {
    child.stdin!.write(broken);
    child.stdin!.write(initialize(1));
    expect((await answered(({ id }) => id === 1)).result).toMatchObject({ capabilities: {} });
    const notice = await answered(({ id }) => id === null);
    expect(notice.error?.code).toBe(-32700);
    expect(notice.error?.message).toMatch(said);
  });

  test('holds nothing of 200 MB that a header announced', async () => {
    child.stdin!.write(initialize(1));
    await answered(({ id }) => id === 1);
    child.stdin!.write(`Content-Length: ${200 * 2 ** 20}\r\n\r\n`);
    const part = Buffer.alloc(2 ** 20, 'x');
    for (let sent = 0; sent < 200; sent++)
      if (!child.stdin!.write(part)) await new Promise((resolve) => child.stdin!.once('drain', resolve));
    child.stdin!.write(frame({ jsonrpc: '2.0', id: 2, method: 'nothing' }));
    await answered(({ id }) => id === 2);
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    expect(Number(peak)).toBeLessThan(300_000);
  });

  test('ends when its editor is gone without a word', async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin!.write(initialize(1));
    await answered(({ id }) => id === 1);
    child.stdin!.end();
    expect(await ended).toBe(1);
  });
});

describe('frames', () => {
  function read(text: string, size: number): { messages: Message[]; problems: string[] } {
    const messages: Message[] = [];
    const problems: string[] = [];
    const input = new PassThrough();
    const reader = new FrameReader(input, (problem) => void problems.push(problem));
    reader.listen((message) => void messages.push(message));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) input.emit('data', bytes.subarray(at, at + size));
    return { messages, problems };
  }
  const one = { jsonrpc: '2.0', method: 'é'.repeat(30) };
  const two = { jsonrpc: '2.0', method: 'two' };

  test.each([1, 7, 100_000])('come out whole in parts of %i bytes', (size) => {
    const typed = frame(two).replace(
      '\r\n',
      '\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n',
    );
    const before = `X-Other: 1\r\n${frame(one)}`;
    expect(read(frame(one) + typed + before, size)).toEqual({ messages: [one, two, one], problems: [] });
  });

  test.each([1, 7, 100_000])('that follow a wrong length are found again, in parts of %i bytes', (size) => {
    const body = JSON.stringify(one);
    for (const length of [0, 3, Buffer.byteLength(body) + 30]) {
      const { messages, problems } = read(framed(body, length) + frame(two) + frame(two), size);
      expect(messages, `length ${length}`).toEqual([two, two]);
      expect(problems).toHaveLength(1);
    }
  });

  test('of a length that is too large by one are refused before a byte of them is held', () => {
    expect(read(`Content-Length: ${MAX_MESSAGE_BYTES + 1}\r\n\r\n`, 100).problems).toHaveLength(1);
    expect(read(`Content-Length: ${MAX_MESSAGE_BYTES}\r\n\r\n`, 100).problems).toEqual([]);
  });
});
