/** Launch scripts and targets through a real client: overrides count, are hovered and completed; the user chooses what counts. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  CodeLensRequest,
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  type Hover,
  HoverRequest,
  type Location,
  type MarkupContent,
} from 'vscode-languageserver-protocol';
import {
  pipelineRequest,
  setScriptArgumentsRequest,
  setTargetRequest,
  type TargetsResult,
  targetsChanged,
  targetsRequest,
} from '../../../server/editorRequests.js';
import { Editor, type Files, unmark } from '../client.js';
import { floats, writeZarr } from '../reader/readerFiles.js';

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.stop();
  expect(editor?.errors ?? []).toEqual([]);
  editor = undefined;
});

const CONFIG = {
  'train.py': '@hydra.main(config_path="config", config_name="a")\ndef main(cfg): ...\n',
  'config/a.yaml': [
    'defaults:',
    '  - task: pick',
    '  - _self_',
    '_target_: robot.workspace.Workspace',
    'training:',
    '  num_epochs: 10',
    '  resume: False',
    'policy: {n_emb: 32, n_head: 5}',
    '',
  ].join('\n'),
  'config/task/pick.yaml': 'dataset_path: nothing.zarr\n',
  'config/task/place.yaml': 'dataset_path: other.zarr\n',
  'robot/workspace.py': 'class Base: ...\n\nclass Workspace(Base):\n    def __init__(self, cfg): ...\n',
} as const;

async function opened(name: string, more: Files): Promise<Editor> {
  editor = await Editor.start({ ...CONFIG, ...more });
  await editor.open(name);
  return editor;
}

async function atCursor(files: Files) {
  const [name, marked] = Object.entries(files).find(([, text]) => text.includes('<|>'))!;
  const { connection, uri } = await opened(name, files).then((each) => ({
    connection: each.connection,
    uri: each.uri(name),
  }));
  return { connection, params: { textDocument: { uri }, position: unmark(marked).cursors[0]! } };
}

async function hovered(files: Files): Promise<string> {
  const { connection, params } = await atCursor(files);
  const answer = (await connection.sendRequest(HoverRequest.type, params)) as Hover | null;
  return (answer?.contents as MarkupContent | undefined)?.value ?? '';
}

async function completed(script: string): Promise<string[]> {
  const { connection, params } = await atCursor({ 'run.sh': script });
  const items = (await connection.sendRequest(CompletionRequest.type, params)) as CompletionItem[];
  return items.map(({ label, insertText }) => insertText ?? label);
}

async function led(files: Files): Promise<string[]> {
  const { connection, params } = await atCursor(files);
  const found = (await connection.sendRequest(DefinitionRequest.type, params)) as Location[];
  return found.map(({ uri, range }) => `${uri.slice(editor!.uri('').length + 1)}:${range.start.line + 1}`);
}

/** Waits for the look at the workspace. */
async function targets(wanted: (result: TargetsResult) => boolean): Promise<TargetsResult> {
  const { connection } = editor!;
  return new Promise((resolve) => {
    const look = (result: TargetsResult) => {
      if (wanted(result)) resolve(result);
    };
    connection.onNotification(targetsChanged, look);
    void connection.sendRequest(targetsRequest).then(look);
  });
}

describe('a launch script', () => {
  test('an override that is wrong is told in the script', async () => {
    await opened('run.sh', { 'run.sh': 'python train.py \\\n  policy.n_head=3\n' });
    const { range, message } = await editor!.diagnostic('run.sh', 'heads-do-not-divide');
    expect(message).toMatch(/^3 heads do not divide/);
    expect(range).toEqual({ start: { line: 1, character: 2 }, end: { line: 1, character: 17 } });
    await editor!.type('run.sh', 'python train.py \\\n  policy.n_head=4\n');
    await editor!.until('run.sh', (all) => all.every(({ code }) => code !== 'heads-do-not-divide'));
  });

  test('what it cures becomes a hint in the config that names it', async () => {
    await opened('config/a.yaml', { 'run.sh': 'python train.py policy.n_head=4\n' });
    const hint = await editor!.diagnostic('config/a.yaml', 'cured-by-script');
    expect(hint.message).toMatch(/^run\.sh overrides this\. Without it: 5 heads do not divide/);
    expect(hint.relatedInformation?.at(-1)?.location.uri).toBe(editor!.uri('run.sh'));
    expect(editor!.published('config/a.yaml').map(({ code }) => code)).not.toContain('heads-do-not-divide');
  });

  test('what it is started with is given, and counts', async () => {
    await opened('config/a.yaml', { 'run.sh': 'python train.py --config-name=$1 policy.n_head=${2:-4}\n' });
    const script = join(editor!.root, 'run.sh');
    const give = (text: string) =>
      editor!.connection.sendRequest(setScriptArgumentsRequest, { script, text });
    await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide'); // nobody knows which config it starts
    const { targets } = await give("a '8'");
    expect(targets.at(-1)).toMatchObject({
      script,
      overrides: ['policy.n_head=8'],
      usesArguments: true,
      arguments: 'a 8',
    });
    await editor!.diagnostic('config/a.yaml', 'cured-by-script');
    await give('');
    await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide');
  });

  test('unsaved text of it counts', async () => {
    await opened('config/a.yaml', { 'run.sh': 'python train.py policy.n_head=4\n' });
    await editor!.diagnostic('config/a.yaml', 'cured-by-script');
    await editor!.open('run.sh', 'python train.py training.num_epochs=3\n');
    await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide');
  });

  test('a value that the text does not tell is no finding, and its hover says so', async () => {
    const script = 'python train.py task.dataset_path=<|>$1 policy.n_head=4\n';
    expect(await hovered({ 'run.sh': script })).toMatch(
      /^Not known here: \$1\. What depends on it is not checked/,
    );
    await editor!.open('config/a.yaml');
    await editor!.diagnostic('config/a.yaml', 'cured-by-script');
    const codes = [...editor!.published('config/task/pick.yaml'), ...editor!.published('run.sh')];
    expect(codes.filter(({ code }) => code === 'dataset-missing')).toEqual([]);
  });

  test('a line that does not reach the training is told', async () => {
    await opened('run.sh', { 'run.sh': 'python train.py \\ \n  training.num_epochs=3\n' });
    const { message } = await editor!.diagnostic('run.sh', 'launch-script');
    expect(message).toMatch(/^The command ended before this line: training\.num_epochs=3 is not passed/);
  });

  test('other scripts are let be', async () => {
    const text = 'set -e\ncd build && python setup.py build_ext x=1\necho python train.py policy.n_head=3\n';
    await opened('run.sh', { 'run.sh': text });
    await editor!.open('config/a.yaml');
    await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide');
    const lenses = await editor!.connection.sendRequest(CodeLensRequest.type, {
      textDocument: { uri: editor!.uri('run.sh') },
    });
    expect([editor!.published('run.sh'), lenses]).toEqual([[], []]);
  });

  test('hover: the value, where it is written, what it beats', async () => {
    const text = await hovered({ 'run.sh': 'python train.py training.num_<|>epochs=3\n' });
    expect(text).toMatch(/^`training\.num_epochs` = `3`/);
    expect(text).toMatch(/wins over \[a\.yaml:6\]/);
  });

  test('definition: the value that it beats, the option of a group, the config', async () => {
    expect(await led({ 'run.sh': 'python train.py training.num_<|>epochs=3\n' })).toEqual([
      'config/a.yaml:6',
    ]);
    await editor!.stop();
    expect(await led({ 'run.sh': 'python train.py task=pl<|>ace\n' })).toEqual(['config/task/place.yaml:1']);
    await editor!.stop();
    expect(await led({ 'run.sh': 'python train.py --config-name=<|>a.yaml x=1\n' })).toEqual([
      'config/a.yaml:1',
    ]);
  });

  test('completion: keys, groups and their options, values', async () => {
    const root = await completed('python train.py \\\n  <|>\n');
    expect(root).toEqual(expect.arrayContaining(['task=', 'training.', 'policy.']));
    await editor!.stop();
    expect(await completed('python train.py training.<|>\n')).toEqual(['num_epochs=', 'resume=']);
    await editor!.stop();
    expect(await completed('python train.py task=<|>\n')).toEqual(['pick', 'place']);
    await editor!.stop();
    expect(await completed('python train.py training.resume=<|>\n')).toEqual(['True', 'False']);
    await editor!.stop();
    expect(await completed('python train.py task.dataset_path=./<|>\n')).toContain('config/');
    await editor!.stop();
    expect(await completed('echo <|>\n')).toEqual([]);
  });

  test('lenses stand above each launch', async () => {
    await opened('run.sh', { 'run.sh': '#!/bin/bash\npython train.py x=1\n\npython train.py x=2\n' });
    const lenses = await editor!.connection.sendRequest(CodeLensRequest.type, {
      textDocument: { uri: editor!.uri('run.sh') },
    });
    expect([...new Set(lenses?.map(({ range }) => range.start.line))]).toEqual([1, 3]);
  });
});

describe('targets', () => {
  const TWO = { 'run.sh': 'python train.py policy.n_head=4\npython train.py policy.n_head=3\n' };

  test('primaries and launches are listed; the file that is looked at decides', async () => {
    await opened('config/a.yaml', TWO);
    const { targets: all, current } = await targets((result) => result.targets.length === 3);
    expect(all.map(({ label, overrides }) => [label, ...overrides])).toEqual([
      ['a.yaml'],
      ['run.sh:1', 'policy.n_head=4'],
      ['run.sh:2', 'policy.n_head=3'],
    ]);
    expect(current).toBe(join(editor!.root, 'config/a.yaml'));
  });

  test('of two launches neither counts, until one is chosen', async () => {
    await opened('config/a.yaml', TWO);
    const { targets: all } = await targets((result) => result.targets.length === 3);
    await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide');
    const chosen = await editor!.connection.sendRequest(setTargetRequest, { id: all[1]!.id });
    expect(chosen.current).toBe(all[1]!.id);
    await editor!.diagnostic('config/a.yaml', 'cured-by-script');
    await editor!.connection.sendRequest(setTargetRequest, { id: all[2]!.id });
    await editor!.diagnostic('run.sh', 'heads-do-not-divide');
    await editor!.connection.sendRequest(setTargetRequest, { id: '' });
    await editor!.until('config/a.yaml', (found) =>
      found.some(({ message }) => /^5 heads/.test(String(message))),
    );
  });

  test('the pipeline of a target: data set, checkpoint, config, runs', async () => {
    await opened('config/a.yaml', {});
    mkdirSync(join(editor!.root, 'data/outputs/x'), { recursive: true });
    const result = await editor!.connection.sendRequest(pipelineRequest, {});
    expect(result?.stages.map(({ kind, state, action }) => [kind, state, action])).toEqual([
      ['dataSet', 'missing', 'convert'],
      ['checkpoint', 'missing', 'adapt'],
      ['config', 'problem', 'check'],
    ]);
  });
});

describe('the Python behind a config', () => {
  test('_target_ leads to the class, and its hover names it', async () => {
    const text = CONFIG['config/a.yaml'].replace('robot.workspace', 'robot.<|>workspace');
    expect(await led({ 'config/a.yaml': text })).toEqual(['robot/workspace.py:3']);
    await editor!.stop();
    expect(await hovered({ 'config/a.yaml': text })).toMatch(
      /class `Workspace\(Base\)` in \[workspace\.py:3\]/,
    );
  });

  test('a slip in a key is told, unless the Python reads it', async () => {
    const slip = `${CONFIG['config/a.yaml']}pretraned: {path: x.ckpt}\n`;
    await opened('config/a.yaml', { 'config/a.yaml': slip });
    await editor!.diagnostic('config/a.yaml', 'unknown-key');
    await editor!.stop();
    const python = 'class Workspace:\n    def run(self, cfg): load(cfg.pretraned.path)\n';
    await opened('config/a.yaml', { 'config/a.yaml': slip, 'robot/workspace.py': python });
    await targets((result) => result.targets.length === 1);
    await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide');
    expect(editor!.published('config/a.yaml').map(({ code }) => code)).not.toContain('unknown-key');
  });
});

test('the hover of num_epochs tells steps, and how long they take at the pace of a run', async () => {
  const config = [
    'defaults: [_self_]',
    'horizon: 4',
    'task: {dataset_path: d.zarr, dataset: {val_ratio: 0}}',
    'dataloader: {batch_size: 4}',
    'training: {num_epochs: <|>600}',
    'hydra: {run: {dir: "data/outputs/${now:%Y}"}}',
    '',
  ].join('\n');
  editor = await Editor.start({ 'config/a.yaml': config });
  const { root } = editor;
  await writeZarr(join(root, 'd.zarr'), { action: floats(20, 8, 20, () => 0) }, [10, 20]);
  const run = join(root, 'data/outputs/2026/checkpoints');
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, '../logs.json.txt'), '{"train_loss": 0.5, "global_step": 99, "epoch": 9}\n');
  for (const epoch of [0, 5, 10]) {
    const file = join(run, `epoch=000${epoch}-train_loss=0.1.ckpt`);
    writeFileSync(file, '');
    utimesSync(file, 1e9 + 60 * epoch, 1e9 + 60 * epoch); // a minute an epoch of ten steps
  }
  await editor.open('config/a.yaml');
  const answer = (await editor.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: editor.uri('config/a.yaml') },
    position: unmark(config).cursors[0]!,
  })) as Hover;
  const text = (answer.contents as MarkupContent).value;
  const [, steps] = /600 epochs × \d+ batches = \*\*([\d,]+) steps\*\*/.exec(text)!;
  const hours = Math.floor((Number(steps!.replaceAll(',', '')) * 6) / 3600);
  expect(text).toMatch(
    new RegExp(`About \\*\\*${hours} h .* at the pace of \`data/outputs/2026\`, 6\\.0 s a step`),
  );
});
