/** What the editor says is true of the disk as it is now: findings go, plans are outdated, fixes open forms that are filled in. */
import { strict as assert } from 'node:assert';
import { appendFile, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { codes, extension, file, notifications, open, press, shot, until, webview } from './ui.js';

const CONFIG = 'diffusion_policy/config/train_wrong.yaml';
const DATA = 'data/nothing.zarr';

describe('findings about what lies on disk', () => {
  before(() => rm(file(DATA).fsPath, { recursive: true, force: true }));

  it('have a quick fix that opens the form filled in, and go once the job has written', async () => {
    const { document } = await open(CONFIG);
    await until('the finding', () => codes(CONFIG).includes('dataset-missing'));
    const [missing] = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ code }) => code === 'dataset-missing');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      missing!.range,
    );
    const { command } = actions.find((each) => each.command?.command === 'regrip.convert')!;
    const [filled] = command!.arguments as [Record<string, unknown>];
    assert.equal(filled['output'], file(DATA).fsPath);
    const input = file('recordings').fsPath;
    const asked = vscode.commands.executeCommand<string>('regrip.convert', { ...filled, input });
    await wait(2000); // where to write
    await shot('convert-form');
    await press('Enter');
    await wait(1000); // the size of the images
    await press('Enter');
    const id = await asked;
    assert.ok(id, 'no job was started');
    const { engine } = await extension();
    const job = await until('its end', () => {
      const found = engine.job(id);
      return found?.ended !== undefined && found;
    });
    assert.equal(job.state, 'done', job.error?.message);
    assert.equal(job.output, file(DATA).fsPath);
    await until('the finding to go', () => !codes(CONFIG).includes('dataset-missing'), 10_000);
    await vscode.commands.executeCommand('regrip.check', {});
    assert.ok(!codes(CONFIG).includes('dataset-missing'));
  });

  it('come again when somebody else takes it away', async () => {
    await rm(file(DATA).fsPath, { recursive: true });
    await until('the finding', () => codes(CONFIG).includes('dataset-missing'), 10_000);
  });
});

it('a plan whose input changed says so and offers to plan again', async () => {
  await open('train.sh');
  const oldCkpt = file('old/policy-7d.ckpt').fsPath;
  const planning = await vscode.commands.executeCommand<string>('regrip.adapt', { oldCkpt });
  assert.ok(planning, `nothing was planned; shown: ${(await notifications()).join(' | ')}`);
  const shows = (what: RegExp) => async () => what.test((await webview()).text);
  await until('the plan', shows(/widened/));
  await appendFile(file('diffusion_policy/config/task/pick.yaml').fsPath, '\n# another state\n');
  await until('that it is outdated', shows(/changed since this was planned[\s\S]*Plan again/), 10_000);
  await shot('plan-outdated');
});
