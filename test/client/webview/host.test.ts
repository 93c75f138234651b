/** The page's end of the line to the extension. */
import '../harness/standIn.js';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Host } from '../../../client/webview/host.js';
import { t } from '../../../client/webview/words.js';

let posted: unknown[];
let state: unknown;
let receive: (data: unknown) => void;
beforeEach(() => {
  posted = [];
  state = undefined;
  vi.stubGlobal('acquireVsCodeApi', () => ({
    postMessage: (message: unknown) => posted.push(message),
    getState: () => state,
    setState: (kept: unknown) => {
      state = kept;
    },
  }));
  vi.stubGlobal('window', {
    addEventListener: (_: string, listener: (event: { data: unknown }) => void) => {
      receive = (data) => listener({ data });
    },
  });
});

function opened() {
  const told: unknown[] = [];
  const problems: string[] = [];
  let opens = 0;
  const host = new Host('convert', {
    open: () => opens++,
    tell: (message) => void told.push(message.type),
    problem: (text) => void problems.push(text),
  });
  return { host, told, problems, opens: () => opens };
}
const HELLO = { type: 'hello', subject: 'job 7', words: { Cancel: 'Abbrechen' } };
const THUMBNAILS = { type: 'thumbnails', thumbnails: [] };

test('it says that it is ready, opens once with the words, and keeps its subject', () => {
  const { opens, told } = opened();
  expect(posted).toEqual([{ type: 'ready' }]);
  receive(THUMBNAILS);
  expect(told).toEqual([]);
  receive(HELLO);
  receive({ ...HELLO, subject: 'job 8' });
  receive(THUMBNAILS);
  expect([opens(), told, t('Cancel')]).toEqual([1, ['thumbnails'], 'Abbrechen']);
  expect(state).toEqual({ subject: 'job 7', view: undefined });
});

test('what it kept comes back, with its subject beside it', () => {
  state = { subject: 'job 7', view: { text: 'a' } };
  const { host } = opened();
  expect(host.kept()).toEqual({ text: 'a' });
  receive(HELLO);
  host.keep({ text: 'b' });
  expect(state).toEqual({ subject: 'job 7', view: { text: 'b' } });
});

describe('an action', () => {
  test('settles with its own answer', async () => {
    const { host, problems } = opened();
    const [first, second] = [host.act({ kind: 'cancel' }), host.act({ kind: 'resume' })];
    expect(posted.slice(1)).toEqual([
      { type: 'action', id: 0, action: { kind: 'cancel' } },
      { type: 'action', id: 1, action: { kind: 'resume' } },
    ]);
    receive({ type: 'settled', id: 1, error: 'no such job' });
    receive({ type: 'settled', id: 0 });
    expect([await first, await second, problems]).toEqual([true, false, ['no such job']]);
  });

  test('an answer to nothing is none', () => {
    const { problems } = opened();
    receive({ type: 'settled', id: 99 });
    expect(problems).toEqual([]);
  });
});

test.each([[undefined], [{ type: 'run' }], [{ type: 'hello' }], ['text']])('%j is refused', (message) => {
  const { problems, told } = opened();
  receive(message);
  expect([problems.length, told]).toEqual([1, []]);
});
