/** What a peer that breaks the framing costs the server over standard input: a notice, and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StreamMessageReader } from 'vscode-jsonrpc/node';

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
