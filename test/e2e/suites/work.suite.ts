/** A day's work: a config is mended, a checkpoint looked at, recordings converted, a policy adapted and fine-tuned, logs checked. */
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import {
  clickInTerminal,
  codes,
  extension,
  file,
  hovers,
  measured,
  notifications,
  open,
  positionOf,
  press,
  quiet,
  shot,
  stored,
  timeToShow,
  type,
  until,
  useTheme,
  webview,
} from './ui.js';

const CONFIG = 'diffusion_policy/config/train_wrong.yaml';

describe('the language server', () => {
  it('tells what is wrong in a config', async () => {
    await quiet();
    const started = performance.now();
    await open(CONFIG);
    await until('findings', () => codes(CONFIG).length > 0);
    measured['first diagnostics in a fresh window, ms'] = performance.now() - started;
    const { activationMs, activationCpuMs } = await extension();
    measured['activation, ms'] = activationMs;
    measured['activation, ms of computing'] = activationCpuMs;
    for (const code of ['heads-do-not-divide', 'dataset-missing'])
      assert.ok(codes(CONFIG).includes(code), `${code} is not among ${codes(CONFIG)}`);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    await shot('problems-dark');
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('mends it by a quick fix', async () => {
    const { document } = await open(CONFIG);
    const [heads] = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ code }) => code === 'heads-do-not-divide');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      heads!.range,
    );
    const fix = actions.find(({ title }) => /heads/.test(title))!;
    await vscode.workspace.applyEdit(fix.edit!);
    await until('the finding to go', () => !codes(CONFIG).includes('heads-do-not-divide'));
    // Now that there is a policy, the checkpoint can be compared with it.
    await until('the next finding', () => codes(CONFIG).includes('pretrained-incompatible'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('explains a key of the checkpoint in its listing', async () => {
    await open(CONFIG);
    await vscode.commands.executeCommand('regrip.showCheckpointKeys', file('old/policy-7d.ckpt'));
    const { document } = await until('the listing', () =>
      vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === 'regrip-checkpoint'),
    );
    assert.equal(document.languageId, 'regrip-checkpoint');
    const text = await until('a hover', async () => hovers(document.uri, positionOf(document, 'head.bias')));
    assert.match(text, /expected|\[8\]/);
    await shot('listing-dark');
  });

  it('explains a size mismatch of PyTorch in a log', async () => {
    const { document } = await open('failed.log');
    const text = await until('a hover', () => hovers(document.uri, positionOf(document, 'size mismatch')));
    assert.match(text, /model\.head\.bias/);
  });

  it('explains a size mismatch of PyTorch in a terminal', async () => {
    const terminal = vscode.window.createTerminal('training');
    terminal.show();
    terminal.sendText('cat failed.log');
    await quiet();
    await clickInTerminal('size mismatch for');
    await vscode.commands.executeCommand('notifications.showList');
    const said = await until('what it says', async () => (await notifications())[0]);
    assert.match(said, /head\.bias .*7 in the file, 8 expected/);
    assert.match(said, /Go to pick\.yaml:18/);
    await shot('mismatch-dark');
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.closePanel');
    terminal.dispose();
  });

  it('lists targets, with those of the launch script', async () => {
    await open('train.sh');
    const lenses = await until('lenses', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        file('train.sh'),
        10,
      );
      return found.length > 0 && found;
    });
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['compose', 'check', 'convert', 'adapt', 'fine-tune'],
    );
  });
});

describe('viewers', () => {
  it('a checkpoint as a tree, beside the config', async () => {
    await open(CONFIG);
    measured['checkpoint editor opens, ms'] = await timeToShow('input_emb', () =>
      vscode.commands.executeCommand('vscode.open', file('old/policy-7d.ckpt')),
    );
    const { text } = await webview();
    assert.match(text, /7-D/);
    assert.match(text, /differ/);
    await shot('checkpoint-dark');
  });

  it('a data set with frames and traces', async () => {
    await vscode.commands.executeCommand('regrip.openDataSet', file('data/pick.zarr'));
    const { drawn } = await until('the charts', async () => {
      const seen = await webview();
      return /robot_gripper_state/.test(seen.text) && seen.drawn > 2 && seen;
    });
    assert.ok(drawn >= 3);
    await shot('data-set-dark');
  });

  it('inference logs with their verdicts', async () => {
    const logs = [file('logs/frames.json').fsPath, file('logs/switches.json').fsPath];
    const opens = () => vscode.commands.executeCommand<Record<string, string>>('regrip.gripper', { logs });
    measured['an empty webview opens, ms'] = await timeToShow('nothing but this', () => {
      const empty = vscode.window.createWebviewPanel('empty', 'Empty', vscode.ViewColumn.Active);
      empty.webview.html = '<!doctype html><main>nothing but this</main>';
      return Promise.resolve();
    });
    measured['gripper panel of two logs opens, ms'] = await timeToShow('switches', opens);
    const verdicts = await opens();
    assert.deepEqual(Object.values(verdicts), ['drifts', 'switches']);
    await until('the traces', async () => (await webview()).drawn > 2);
    await shot('gripper-dark');
  });
});

describe('jobs of the engine', () => {
  const jobEnd = async (id: string, patience: number) => {
    const { engine } = await extension();
    return until(
      `the end of ${id}`,
      () => {
        const job = engine.job(id);
        return job?.ended !== undefined && job;
      },
      patience,
    );
  };

  it('converts recordings', async () => {
    await open('train.sh');
    const id = await vscode.commands.executeCommand<string>('regrip.convert', {
      input: file('recordings').fsPath,
      output: file('data/converted.zarr').fsPath,
      resolution: '160 90',
    });
    assert.ok(id, 'no job was started');
    const job = await jobEnd(id, 60_000);
    assert.equal(job.state, 'done', job.error?.message);
    assert.ok(existsSync(file('data/converted.zarr/.zgroup').fsPath));
    await until('its panel', async () => /episodes/.test((await webview()).text));
    await shot('convert-dark');
  });

  it('shows the plan of an adaptation, and writes it', async () => {
    await open('train.sh');
    await vscode.commands.executeCommand('regrip.adapt', { oldCkpt: file('old/policy-7d.ckpt').fsPath });
    const { text } = await until('the plan', async () => {
      const seen = await webview();
      return /widened/.test(seen.text) && seen;
    });
    assert.match(text, /model\.head\.weight/);
    await shot('adapt-dark');
    const output = file('init_8d.ckpt').fsPath;
    await vscode.commands.executeCommand('regrip.adapt', {
      oldCkpt: file('old/policy-7d.ckpt').fsPath,
      output,
    });
    assert.ok(existsSync(output));
  });

  it('fine-tunes, with curves that agree with the log', async () => {
    await open('train.sh');
    const runDir = file('runs/first').fsPath;
    const id = await vscode.commands.executeCommand<string>('regrip.finetune', {
      init: file('init_8d.ckpt').fsPath,
      runDir,
    });
    assert.ok(id, 'no job was started');
    const job = await jobEnd(id, 110_000);
    assert.equal(job.state, 'done', job.error?.message);
    const lines = (await readFile(`${runDir}/logs.json.txt`, 'utf8')).trim().split('\n');
    const last = JSON.parse(lines.at(-1)!) as { train_loss: number };
    const { text, drawn, notes } = await until('the curves', async () => {
      const seen = await webview();
      return seen.drawn > 2 && seen.notes.length > 0 && seen;
    });
    assert.ok(drawn > 2);
    const slow = notes.filter((note) =>
      note.startsWith('a training step could not be compiled into one graph'),
    );
    assert.deepEqual(slow, []);
    const shown = last.train_loss.toPrecision(4).replace(/0+$/, '');
    assert.ok(text.includes(shown), `${shown} is not shown: ${text.slice(0, 2000)}`);
    await shot('run-dark');
  });

  it('shows a run from the palette, by the keyboard alone', async () => {
    const { engine } = await extension();
    const { id } = engine.jobs.find(({ runDir }) => runDir?.endsWith('first'))!;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    measured['run panel opens, ms'] = await timeToShow('Gripper accuracy', () =>
      vscode.commands.executeCommand('regrip.showJob', { id }),
    );
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await press('F1');
    await type('Regrip: Open Run Folder');
    await new Promise((resolve) => setTimeout(resolve, 1000)); // the palette sorts what it found
    await press('Enter');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await press('Enter');
    await until('the run', async () => /first/.test((await webview()).text));
  });

  it("fine-tunes with the project's own train.py where a setting says so", async () => {
    const settings = vscode.workspace.getConfiguration('regrip');
    await settings.update('runner', 'python');
    await open('train.sh');
    const runDir = file('runs/python').fsPath;
    const id = await vscode.commands.executeCommand<string>('regrip.finetune', {
      init: file('init_8d.ckpt').fsPath,
      runDir,
      overrides: [`+fake.made=${file('made').fsPath}`, 'training.checkpoint_every=1'],
    });
    await settings.update('runner', undefined);
    const job = await jobEnd(id, 60_000);
    assert.equal(job.state, 'done', job.error?.message);
    const { notes } = await until('the curves', async () => {
      const seen = await webview();
      return seen.drawn > 2 && /PyTorch on/.test(seen.text) && seen;
    });
    assert.match(notes[0] ?? '', /python3 train\.py --config-name=train_pick/); // as it can be typed
    assert.match(await readFile(`${runDir}/output.log`, 'utf8'), /Resuming from checkpoint/);
    await shot('run-python-dark');
  });

  it('goes on in the background when the window is reloaded', async () => {
    await timeToShow('switches', () =>
      vscode.commands.executeCommand('regrip.gripper', { logs: [file('logs/switches.json').fsPath] }),
    );
    await open('train.sh');
    await timeToShow('widened', () =>
      vscode.commands.executeCommand('regrip.adapt', { oldCkpt: file('old/policy-7d.ckpt').fsPath }),
    );
    const id = await vscode.commands.executeCommand<string>('regrip.finetune', {
      init: file('init_8d.ckpt').fsPath,
      runDir: file('runs/second').fsPath,
      overrides: ['training.num_epochs=300'],
    });
    assert.ok(id, 'no job was started');
    await until('its first steps', () => existsSync(file('runs/second/logs.json.txt').fsPath), 60_000);
    await until('its curves', async () => (await webview()).drawn > 1);
    await vscode.commands.executeCommand('regrip.pipeline.focus');
    await shot('run-live-dark');
    await useTheme('Default Light Modern');
    await shot('run-live-light');
    const plan = (await extension()).engine.jobs.find(({ kind }) => kind === 'adapt')!;
    await stored(plan.id);
  });
});
