/** Questions to the person; undefined when they gave up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { askOutput, askPath, askTarget } from '../../../client/commands/ask.js';
import { CommandArgument, type CommandParts } from '../../../client/commands/command.js';
import { commands, window } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

let folder: string;
beforeEach(() => {
  vi.clearAllMocks();
  folder = mkdtempSync(join(tmpdir(), 'regrip-ask-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('where to write', () => {
  const asked = (typed: string | undefined) => {
    window.showInputBox.mockResolvedValueOnce(typed);
    return askOutput('t', 'new.ckpt', folder);
  };

  test('a new path is taken as it is, a relative one from the folder', async () => {
    expect(await asked('new.ckpt')).toEqual({ path: join(folder, 'new.ckpt'), overwrite: false });
    expect(await asked('/elsewhere/new.ckpt')).toEqual({ path: '/elsewhere/new.ckpt', overwrite: false });
  });

  test('one that exists is replaced only when the person says so', async () => {
    writeFileSync(join(folder, 'old.ckpt'), '');
    expect(await asked('old.ckpt')).toBeUndefined();
    window.showWarningMessage.mockImplementationOnce(async (...all) => all.at(-1));
    expect(await asked('old.ckpt')).toEqual({ path: join(folder, 'old.ckpt'), overwrite: true });
  });

  test('an escape gives up, and nothing is not a path', async () => {
    expect(await asked(undefined)).toBeUndefined();
    const { validateInput } = window.showInputBox.mock.calls[0]![0] as {
      validateInput(text: string): string | undefined;
    };
    expect([validateInput('  '), validateInput('a')]).toEqual([expect.any(String), undefined]);
  });
});

test('a folder or a file, as it is asked', async () => {
  window.showOpenDialog.mockResolvedValueOnce([{ fsPath: '/a' }]);
  expect(await askPath('t', { folder: true })).toBe('/a');
  expect(window.showOpenDialog.mock.calls[0]![0]).toMatchObject({
    canSelectFiles: false,
    canSelectFolders: true,
  });
  expect(await askPath('t', { files: { Checkpoint: ['ckpt'] } })).toBeUndefined();
  expect(window.showOpenDialog.mock.calls[1]![0]).toMatchObject({
    canSelectFiles: true,
    filters: { Checkpoint: ['ckpt'] },
  });
});

describe('the target', () => {
  const summary = { id: '/a.yaml' };
  const parts = (change: object, pipeline: unknown = { stages: [] }) =>
    ({
      targets: { look: async () => undefined, byId: () => undefined, current: undefined, all: [], ...change },
      server: { ask: async () => pipeline },
    }) as unknown as CommandParts;
  const none = new CommandArgument(undefined);

  test('that is named, else the current one', async () => {
    const named = parts({ byId: (id: string) => (id === 'b' ? { id: 'b' } : undefined), current: summary });
    expect(await askTarget(named, new CommandArgument({ target: 'b' }))).toMatchObject({
      summary: { id: 'b' },
    });
    expect(await askTarget(named, none)).toMatchObject({ summary });
  });

  test('of several none is current: the person picks', async () => {
    const several = parts({ all: [summary, summary] });
    commands.executeCommand.mockImplementationOnce(async () => {
      (several.targets as { current: unknown }).current = summary;
      return undefined;
    });
    expect(await askTarget(several, none)).toMatchObject({ summary });
    expect(commands.executeCommand).toHaveBeenCalledExactlyOnceWith('regrip.selectTarget');
  });

  test('where there is none, or the server knows it no more', async () => {
    expect(await askTarget(parts({}), none)).toBeUndefined();
    expect(await askTarget(parts({ current: summary }, null), none)).toBeUndefined();
    expect(commands.executeCommand).not.toHaveBeenCalled();
  });
});
