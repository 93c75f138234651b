/** 'Write Launch Script…': the call of the command line that it makes, and what is shown of the script. */
import { beforeEach, expect, test, vi } from 'vitest';
import { CommandArgument, type CommandParts } from '../../../client/commands/command.js';
import { writeLaunchScript } from '../../../client/commands/writeLaunchScript.js';
import { Uri, window, workspace } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

function parts(code: number) {
  const runToEnd = vi.fn(async (..._: unknown[]) => code);
  const targets = {
    look: async () => undefined,
    byId: () => undefined,
    all: [],
    current: { id: 't', primary: '/p/conf/pick.yaml', overrides: ['a=1'] },
  };
  const server = { ask: async () => ({ startFolder: '/p', stages: [], runs: [] }) };
  return { runToEnd, parts: { cli: { runToEnd }, targets, server } as unknown as CommandParts };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.settings = {};
});

test('it is written by finetune, with the trainer of the settings, and opened', async () => {
  workspace.settings = { runner: 'python', python: '/env/bin/python', onNaN: 'continue' };
  window.showSaveDialog.mockResolvedValueOnce(Uri.file('/p/train me.sh'));
  const { runToEnd, parts: made } = parts(0);
  const argument = new CommandArgument({ oldCkpt: '/old.ckpt', overrides: ['b=2'] });
  expect(await writeLaunchScript(made, argument)).toBe('/p/train me.sh');
  const [, words] = runToEnd.mock.calls[0]!;
  expect(words).toEqual([
    ...['finetune', '/p/conf/pick.yaml', 'a=1', 'b=2', '--old-ckpt', '/old.ckpt'],
    ...['--runner', 'python', '--python', '/env/bin/python'],
    ...['--write-script', '/p/train me.sh', '--overwrite'],
  ]);
  expect(window.showTextDocument).toHaveBeenCalledExactlyOnceWith(Uri.file('/p/train me.sh'));
});

test('what the command line refuses is not opened', async () => {
  const { parts: made } = parts(2);
  const argument = new CommandArgument({ init: '/fits.ckpt', output: '/p/a.sh' });
  expect(await writeLaunchScript(made, argument)).toBeUndefined();
  expect(window.showTextDocument).not.toHaveBeenCalled();
});

test('nothing is started without a name for it', async () => {
  const { runToEnd, parts: made } = parts(0);
  await writeLaunchScript(made, new CommandArgument({ init: '/fits.ckpt' }));
  expect(runToEnd).not.toHaveBeenCalled();
});
