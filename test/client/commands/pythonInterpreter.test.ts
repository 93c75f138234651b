/** Which Python trains a config. */
import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { pythonInterpreter } from '../../../client/commands/pythonInterpreter.js';
import { extensions, Uri, workspace } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

beforeEach(() => {
  workspace.settings = {};
  extensions.getExtension.mockReset();
});
const asked = () => pythonInterpreter(Uri.file('/a.yaml') as unknown as vscode.Uri);
const selected = (resolved: unknown) =>
  extensions.getExtension.mockReturnValue({
    activate: async () => ({
      environments: {
        getActiveEnvironmentPath: () => ({ path: '/env' }),
        resolveEnvironment: async () => resolved,
      },
    }),
  });

test('the setting counts most', async () => {
  workspace.settings = { python: ' /usr/bin/python3 ' };
  selected({ executable: { uri: { fsPath: '/env/bin/python' } } });
  expect(await asked()).toBe('/usr/bin/python3');
});

test('else what the Python extension has selected', async () => {
  selected({ executable: { uri: { fsPath: '/env/bin/python' } } });
  expect(await asked()).toBe('/env/bin/python');
});

test.each<[string, () => void]>([
  ['no Python extension', () => undefined],
  [
    'one that gives nothing',
    () => extensions.getExtension.mockReturnValue({ activate: async () => undefined }),
  ],
  ['an environment that is gone', () => selected(undefined)],
  ['one without an executable', () => selected({ executable: {} })],
])('%s: the engine looks for itself', async (_, prepare) => {
  prepare();
  expect(await asked()).toBeUndefined();
});
