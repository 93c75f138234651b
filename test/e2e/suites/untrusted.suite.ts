/** A workspace that is not trusted: diagnostics and viewers work, the engine does not start. */
import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { codes, extension, file, open, shot, until, webview } from './ui.js';

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

  it('starts no engine', async () => {
    const { engine } = await extension();
    await assert.rejects(engine.start({ kind: 'measureEngine' }, '/'), /not trusted/);
    assert.equal(await engine.status(), undefined);
  });
});
