/** Where the settings come from: asked for, or given once. */
import { expect, test } from 'vitest';
import type { Connection, InitializeParams } from 'vscode-languageserver';
import { Configuration } from '../../server/configuration.js';
import type { Settings } from '../../server/settings.js';

function started(params: object) {
  const applied: Settings[] = [];
  let asked = 0;
  const getConfiguration = async (section: string) => {
    asked += 1;
    return { startFolder: `${section}-asked` };
  };
  const connection = { workspace: { getConfiguration } } as unknown as Connection;
  const configuration = new Configuration(connection, (settings) => void applied.push(settings));
  configuration.initialize({ capabilities: {}, ...params } as InitializeParams);
  return { configuration, applied, asked: () => asked };
}
const FOLDERS = [
  { uri: 'file:///w', name: 'w' },
  { uri: 'vscode-vfs://github/x', name: 'x' },
  { uri: 'file:///v', name: 'v' },
];

test('a client that can be asked is asked, and again when they change', async () => {
  const { configuration, applied, asked } = started({
    workspaceFolders: FOLDERS,
    capabilities: { workspace: { configuration: true } },
    initializationOptions: { startFolder: 'given' },
  });
  expect(applied).toEqual([]);
  await configuration.ask();
  await configuration.ask();
  expect([asked(), applied.map(({ startFolder }) => startFolder)]).toEqual([
    2,
    ['/w/regrip-asked', '/w/regrip-asked'],
  ]);
});

test('another gives them once, at the start', async () => {
  const { configuration, applied, asked } = started({
    workspaceFolders: FOLDERS,
    initializationOptions: { startFolder: 'given' },
  });
  await configuration.ask();
  expect([asked(), applied.map(({ startFolder }) => startFolder)]).toEqual([0, ['/w/given']]);
});

test('the folders of this machine count, a window without one has none', () => {
  expect(started({ workspaceFolders: FOLDERS }).configuration.folders).toEqual(['/w', '/v']);
  expect(started({ workspaceFolders: null }).configuration.folders).toEqual([]);
});
