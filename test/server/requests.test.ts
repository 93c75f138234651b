/** Requests about a document: each settles, at once when it is cancelled. */
import { expect, test } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes, type TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isAbort, onDocument, unlessCancelled } from '../../server/requests.js';

const never = () => new Promise<never>(() => undefined);
const abort = Object.assign(new Error('aborted'), { name: 'AbortError' });

test('the answer, or the fault', async () => {
  const { token } = new CancellationTokenSource();
  expect(await unlessCancelled(token, async () => 7)).toBe(7);
  await expect(unlessCancelled(token, () => Promise.reject(new Error('fault')))).rejects.toThrow('fault');
});

test('cancelled before and meanwhile', async () => {
  const before = new CancellationTokenSource();
  before.cancel();
  expect(await unlessCancelled(before.token, never)).toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  const meanwhile = new CancellationTokenSource();
  const answer = unlessCancelled(meanwhile.token, never);
  meanwhile.cancel();
  expect(await answer).toMatchObject({ code: LSPErrorCodes.RequestCancelled });
});

test('a text that changed meanwhile says so', async () => {
  const { token } = new CancellationTokenSource();
  const answer = await unlessCancelled(token, () => Promise.reject(abort));
  expect(answer).toMatchObject({ code: LSPErrorCodes.ContentModified });
});

test('a fault that comes after the cancellation is nobody’s', async () => {
  const source = new CancellationTokenSource();
  let fail: (error: Error) => void = () => undefined;
  const answer = unlessCancelled(source.token, () => new Promise((_, reject) => (fail = reject)));
  source.cancel();
  await answer;
  fail(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail the run
});

test('a document that is not open has its own answer', async () => {
  const document = TextDocument.create('file:///a', 'yaml', 1, 'x');
  const documents = { get: (uri: string) => (uri === document.uri ? document : undefined) };
  const handle = onDocument(documents as TextDocuments<TextDocument>, 'closed', (each) => each.getText());
  const { token } = new CancellationTokenSource();
  expect(await handle({ textDocument: { uri: 'file:///a' } }, token)).toBe('x');
  expect(await handle({ textDocument: { uri: 'file:///b' } }, token)).toBe('closed');
});

test('an abort is told by its name', () => {
  expect([abort, new Error('other'), 'AbortError', undefined].map(isAbort)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
