/** Findings that a job or an edit mends have a quick fix that opens the job's form, filled in, or makes the edit. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type CodeAction, CodeActionRequest } from 'vscode-languageserver-protocol';
import { policyProject } from '../../judge/checks/policyProject.js';
import { Editor, type Files } from '../client.js';

const REFERENCE = join(import.meta.dirname, '../../fixtures/reference');
const CONFIG = 'config/train.yaml';
const TASK = 'config/task/pick.yaml';
const OBS = `    image: {shape: [3, 18, 32], type: rgb}
    robot_eef_pose: {shape: [7], type: low_dim}
`;

let editor: Editor;
afterEach(async () => {
  await editor.stop();
  expect(editor.errors).toEqual([]);
});

async function opened(files: Files, ...names: string[]): Promise<void> {
  editor = await Editor.start(files);
  for (const name of names) await editor.open(name);
}

async function actions(name: string, code: string): Promise<readonly CodeAction[]> {
  const diagnostic = await editor.diagnostic(name, code);
  return (await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: editor.uri(name) },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  })) as CodeAction[];
}

/** The client's command and what it is given. */
async function commandOf(name: string, code: string): Promise<unknown> {
  const all = await actions(name, code);
  const { command } = all.find((each) => each.command !== undefined)!.command!;
  return { command, given: all.find((each) => each.command !== undefined)!.command!.arguments![0] };
}

test('a missing data set: Convert, with its path and the size of the images', async () => {
  await opened(policyProject('', { obs: OBS }), CONFIG, TASK);
  const target = join(editor.root, CONFIG);
  expect(await commandOf(TASK, 'dataset-missing')).toEqual({
    command: 'regrip.convert',
    given: { output: join(editor.root, 'd.zarr'), resolution: '32 18', target, isProposal: true },
  });
});

test('another action dimension, and images of another size: the edit first, then Convert', async () => {
  await opened(policyProject('', { obs: OBS, action: '[7]' }));
  cpSync(join(REFERENCE, 'cogact-mini.160x90.zarr'), join(editor.root, 'd.zarr'), { recursive: true });
  await editor.open(CONFIG);
  await editor.open(TASK);
  for (const code of ['action-dim-mismatch', 'observation-shape-mismatch']) {
    const all = await actions(TASK, code);
    expect(all.map((each) => each.command?.command ?? 'edit')).toEqual(['edit', 'regrip.convert']);
    expect(all.map(({ isPreferred }) => isPreferred)).toEqual([true, false]);
  }
});

test('a missing checkpoint, and one that does not fit: Adapt, with both paths', async () => {
  await opened(policyProject('pretrained: {path: a.ckpt, load_weights: true}\n'), CONFIG);
  const target = join(editor.root, CONFIG);
  const path = join(editor.root, 'a.ckpt');
  expect(await commandOf(CONFIG, 'pretrained-missing')).toEqual({
    command: 'regrip.adapt',
    given: { newCkpt: path, target, isProposal: true },
  });
  writeFileSync(path, gunzipSync(readFileSync(join(REFERENCE, 'policy-7d.ckpt.gz'))));
  expect(await commandOf(CONFIG, 'pretrained-incompatible')).toEqual({
    command: 'regrip.adapt',
    given: { oldCkpt: path, newCkpt: join(editor.root, 'a-8d.ckpt'), target, isProposal: true },
  });
});

test('a resume that wins because a script says so is edited in the script', async () => {
  const script = 'python train.py training.resume=True policy.n_head=4\n';
  await opened(
    {
      ...policyProject('training: {resume: false}\npretrained: {path: a.ckpt, load_weights: true}\n'),
      'train.py': '@hydra.main(config_path="config", config_name="train")\ndef main(cfg): ...\n',
      'run.sh': script,
    },
    'run.sh',
  );
  const changed = await editor.fix('run.sh', 'resume-wins', 'Do not resume');
  expect(changed.get('run.sh')).toBe('python train.py training.resume=False policy.n_head=4\n');
});

test('what a script quotes or expands is not edited', async () => {
  await opened(
    {
      ...policyProject('training: {resume: false}\npretrained: {path: a.ckpt, load_weights: true}\n'),
      'train.py': '@hydra.main(config_path="config", config_name="train")\ndef main(cfg): ...\n',
      'run.sh': 'python train.py "training.resume=True"\n',
    },
    'run.sh',
  );
  expect(await actions('run.sh', 'resume-wins')).toEqual([]);
});
