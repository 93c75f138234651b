/** A workspace that is not trusted: diagnostics and viewers work, the engine does not start. */
import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { codes, extension, file, notifications, open, press, shot, type, until, webview } from './ui.js';

const CONFIG = 'diffusion_policy/config/train_wrong.yaml';

describe('an untrusted workspace', () => {
  it('has diagnostics', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await open(CONFIG);
    await extension();
    await until('findings', () => codes(CONFIG).includes('dataset-missing'));
  });

  it('has viewers', async () => {
    await vscode.commands.executeCommand('vscode.open', file('old/policy-7d.ckpt'));
    await until('the tree', async () => /input_emb/.test((await webview()).text));
    await shot('untrusted-dark');
  });

  it('has every command, which says why it cannot, and opens the trust editor before anything is asked', async () => {
    await open(CONFIG);
    for (const command of ['regrip.convert', 'regrip.adapt', 'regrip.finetune']) {
      await vscode.commands.executeCommand('notifications.clearAll');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await vscode.commands.executeCommand(command, {});
      await vscode.commands.executeCommand('notifications.showList');
      const said = await until(`what ${command} says`, async () => (await notifications())[0]);
      assert.match(said, /Restricted Mode/);
      const trust = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label;
      await until('the trust editor', () => /Trust/.test(trust() ?? ''));
    }
    await press('F1');
    await type('Regrip: Convert');
    await shot('untrusted-palette');
    await press('Escape');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('starts no engine', async () => {
    const { engine } = await extension();
    await assert.rejects(engine.start({ kind: 'measureEngine' }, '/'), /untrusted/);
    assert.equal(await engine.status(), undefined);
  });
});
