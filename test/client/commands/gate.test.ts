/** Where a window may not start processes, a command says why. */
import { beforeEach, expect, test, vi } from 'vitest';
import { mayRun } from '../../../client/commands/gate.js';
import { commands, window, workspace } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  workspace.workspaceFolders = undefined;
});
const folder = (scheme: string) => ({ uri: { scheme, fsPath: '/w' } });
const shown = () => [window.showErrorMessage, window.showWarningMessage].map(({ mock }) => mock.calls.length);

test('a trusted window with an engine runs all', async () => {
  workspace.workspaceFolders = [folder('file')];
  expect([await mayRun('regrip.finetune', true), await mayRun('regrip.check', true)]).toEqual([true, true]);
  expect(shown()).toEqual([0, 0]);
});

test('without trust nothing is started, and the person is led to where it is given', async () => {
  workspace.isTrusted = false;
  expect([await mayRun('regrip.finetune', true), await mayRun('regrip.check', true)]).toEqual([false, true]);
  expect(shown()).toEqual([0, 1]);
  expect(commands.executeCommand).toHaveBeenCalledExactlyOnceWith('workbench.trust.manage');
});

test('without an engine what needs none runs', async () => {
  expect([await mayRun('regrip.adapt', false), await mayRun('regrip.openDataSet', false)]).toEqual([
    false,
    true,
  ]);
  expect(shown()).toEqual([1, 0]);
});

test('a window on no disk runs none; one folder on a disk is enough', async () => {
  workspace.workspaceFolders = [folder('vscode-vfs')];
  expect(await mayRun('regrip.check', true)).toBe(false);
  workspace.workspaceFolders = [folder('vscode-vfs'), folder('file')];
  expect(await mayRun('regrip.check', true)).toBe(true);
});
