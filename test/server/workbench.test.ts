/** Whatever findings depend on is another on disk: they are judged anew, without any event from the editor. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type Hover, HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol';
import {
  diskChanged,
  type PipelineResult,
  pipelineRequest,
  rereadRequest,
} from '../../server/editorRequests.js';
import { policyProject } from '../judge/checks/policyProject.js';
import { Editor, type Files } from './client.js';

const REFERENCE = join(import.meta.dirname, '../fixtures/reference');
const WIDE = join(REFERENCE, 'cogact-mini.160x90.zarr');
const NARROW = join(REFERENCE, 'cogact-mini.128x72.zarr');
const WEIGHTS = gunzipSync(readFileSync(join(REFERENCE, 'policy-7d.ckpt.gz')));
const CONFIG = 'config/train.yaml';
const TASK = 'config/task/pick.yaml';
const OBS = `    image: {shape: [3, 90, 160], type: rgb}
    robot_eef_pose: {shape: [7], type: low_dim}
`;

let editor: Editor;
const folders: string[] = [];
afterEach(async () => {
  await editor.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  expect(editor.errors).toEqual([]);
});

async function opened(files: Files, ...names: string[]): Promise<void> {
  editor = await Editor.spawn(files);
  for (const name of names) await editor.open(name);
}

const has = (name: string, code: string) =>
  editor.until(name, (found) => found.some((each) => each.code === code));
const hasNot = (name: string, code: string) =>
  editor.until(name, (found) => !found.some((each) => each.code === code));
const pipeline = () => editor.connection.sendRequest(pipelineRequest, {}) as Promise<PipelineResult>;
const copied = (from: string, to: string) => {
  cpSync(from, `${to}.part`, { recursive: true });
  renameSync(`${to}.part`, to);
};

test('a data set appears, is replaced and goes; who else looked at it meanwhile makes no difference', async () => {
  await opened(policyProject('', { obs: OBS }), CONFIG, TASK);
  await has(TASK, 'dataset-missing');
  const path = join(editor.root, 'd.zarr');
  copied(WIDE, path);
  expect((await pipeline()).stages[0]!.state).toBe('ready'); // the side bar asks first
  await hasNot(TASK, 'dataset-missing');
  await hasNot(TASK, 'observation-shape-mismatch');
  renameSync(path, `${path}.old`);
  copied(NARROW, path);
  await has(TASK, 'observation-shape-mismatch');
  renameSync(path, `${path}.older`);
  await has(TASK, 'dataset-missing');
});

test('a checkpoint appears, is another, and goes', async () => {
  await opened(policyProject('pretrained: {path: a.ckpt, load_weights: true}\n', { obs: OBS }), CONFIG);
  await has(CONFIG, 'pretrained-missing');
  const path = join(editor.root, 'a.ckpt');
  writeFileSync(path, 'torn');
  await has(CONFIG, 'pretrained-unreadable');
  writeFileSync(path, WEIGHTS);
  await has(CONFIG, 'pretrained-incompatible');
  rmSync(path);
  await has(CONFIG, 'pretrained-missing');
});

const LAUNCHED: Files = {
  'train.py': '@hydra.main(config_path="config", config_name="a")\ndef main(cfg): ...\n',
  'config/a.yaml':
    'defaults: [_self_]\n_target_: robot.workspace.Workspace\npolicy: {n_emb: 32, n_head: 5}\npretrained: {path: a.ckpt, load_weights: true}\n',
  'robot/workspace.py': 'class Workspace:\n    def __init__(self, cfg): ...\n',
  'run.sh': 'python train.py\n',
};

test('a launch script changes, also one that no editor shows', async () => {
  await opened(LAUNCHED, 'config/a.yaml');
  await has('config/a.yaml', 'heads-do-not-divide');
  editor.write('run.sh', 'python train.py policy.n_head=4\n');
  await hasNot('config/a.yaml', 'heads-do-not-divide');
  editor.write('run.sh', 'python train.py policy.n_head=3\n');
  await hasNot('config/a.yaml', 'cured-by-script');
});

test('a launch script appears beside the config, and goes', async () => {
  const { 'run.sh': _, ...unlaunched } = LAUNCHED;
  await opened(unlaunched, 'config/a.yaml');
  await has('config/a.yaml', 'heads-do-not-divide');
  editor.write('start/run.sh', 'cd ..\npython train.py policy.n_head=4\n');
  await hasNot('config/a.yaml', 'heads-do-not-divide');
  rmSync(join(editor.root, 'start'), { recursive: true });
  await has('config/a.yaml', 'heads-do-not-divide');
});

test('Python source changes', async () => {
  await opened(LAUNCHED, 'config/a.yaml');
  await has('config/a.yaml', 'pretrained-ignored');
  editor.write(
    'robot/workspace.py',
    'class Workspace:\n    def __init__(self, cfg):\n        print(cfg.pretrained.path)\n',
  );
  await hasNot('config/a.yaml', 'pretrained-ignored');
});

test('a group file outside the workspace folder changes, appears and goes', async () => {
  const project = mkdtempSync(join(tmpdir(), 'regrip-outside-'));
  folders.push(project);
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  };
  put('config/a.yaml', 'defaults: [{task: pick}, _self_]\npolicy: {n_emb: 32, n_head: "${task.heads}"}\n');
  put('config/task/pick.yaml', 'heads: 4\n');
  editor = await Editor.spawn();
  const name = relative(editor.root, join(project, 'config/a.yaml'));
  await editor.open(name, readFileSync(join(project, 'config/a.yaml'), 'utf8'));
  put('config/task/pick.yaml', 'heads: 5\n');
  await has(relative(editor.root, join(project, 'config/task/pick.yaml')), 'heads-do-not-divide');
  rmSync(join(project, 'config/task/pick.yaml'));
  await has(name, 'group-missing');
  put('config/task/pick.yaml', 'heads: 4\n');
  await hasNot(name, 'group-missing');
});

test('hovers tell what lies there now, and trees are told to ask again, also for a run', async () => {
  await opened(policyProject('hydra: {run: {dir: outputs/run}}\n', { obs: OBS }), CONFIG, TASK);
  await has(TASK, 'dataset-missing');
  let told = 0;
  editor.connection.onNotification(diskChanged, () => {
    told += 1;
  });
  copied(WIDE, join(editor.root, 'd.zarr'));
  await hasNot(TASK, 'dataset-missing');
  const hover = (await editor.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: editor.uri(TASK) },
    position: { line: 5, character: 16 },
  })) as Hover;
  expect((hover.contents as MarkupContent).value).toContain('5 episodes');
  expect((await pipeline()).runs).toEqual([]);
  const before = told;
  editor.write('outputs/run/logs.json.txt', '{"epoch": 3, "global_step": 7, "train_loss": 1}\n');
  await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(before);
  expect((await pipeline()).runs).toMatchObject([{ name: 'outputs/run', epoch: 3 }]);
});

test('a reread forgets all, and answers when the findings were told', async () => {
  await opened(policyProject('', { obs: OBS }), CONFIG, TASK);
  await has(TASK, 'dataset-missing');
  copied(WIDE, join(editor.root, 'd.zarr'));
  await editor.connection.sendRequest(rereadRequest);
  expect(editor.published(TASK).map(({ code }) => code)).not.toContain('dataset-missing');
});
