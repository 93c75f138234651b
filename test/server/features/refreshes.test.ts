/** What the client is told to ask for anew, once all was judged. */
import { expect, test } from 'vitest';
import type { Connection } from 'vscode-languageserver';
import { Refreshes } from '../../../server/features/refreshes.js';

function started(supports: boolean) {
  const told: string[] = [];
  const tell = (what: string) => () => {
    told.push(what);
    return Promise.reject(new Error('the editor closes'));
  };
  const connection = {
    languages: { diagnostics: { refresh: tell('listings') }, inlayHint: { refresh: tell('hints') } },
    sendRequest: (method: string) => tell(method)(),
    sendNotification: async ({ method }: { method: string }) => void told.push(method),
  } as unknown as Connection;
  const refreshes = new Refreshes(connection);
  const part = { refreshSupport: supports };
  refreshes.initialize({ workspace: { diagnostics: part, codeLens: part, inlayHint: part } });
  return { refreshes, told };
}

test('nothing where nothing changed on disk', async () => {
  const { refreshes, told } = started(true);
  await refreshes.settled(false);
  expect(told).toEqual([]);
});

test('lenses, hints and the tree once after a change on disk', async () => {
  const { refreshes, told } = started(true);
  refreshes.expect();
  await refreshes.settled(false);
  await refreshes.settled(false);
  expect(told).toEqual(['workspace/codeLens/refresh', 'hints', 'regrip/diskChanged']);
});

test('open listings each time, since they follow the target', async () => {
  const { refreshes, told } = started(true);
  await refreshes.settled(true);
  await refreshes.settled(true);
  expect(told).toEqual(['listings', 'listings']);
});

test('a client that takes none of it has its tree all the same', async () => {
  const { refreshes, told } = started(false);
  refreshes.expect();
  await refreshes.settled(true);
  expect(told).toEqual(['regrip/diskChanged']);
});
