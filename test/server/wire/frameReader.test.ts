import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Message } from 'vscode-jsonrpc/node';
import { FrameReader, MAX_MESSAGE_BYTES } from '../../../server/wire/frameReader.js';

const frame = (message: unknown): string => framed(JSON.stringify(message));
const framed = (body: string, length = Buffer.byteLength(body)): string =>
  `Content-Length: ${length}\r\n\r\n${body}`;
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
  const typed = frame(two).replace('\r\n', '\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n');
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
