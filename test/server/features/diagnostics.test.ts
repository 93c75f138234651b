/** Diagnostics and quick fixes through a real client. */
import { afterEach, expect, test } from 'vitest';
import { CodeLensRequest } from 'vscode-languageserver-protocol';
import { policyProject } from '../../judge/checks/policyProject.js';
import { Editor, type Files, unmark } from '../client.js';

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.stop();
  expect(editor?.errors ?? []).toEqual([]);
  editor = undefined;
});

async function opened(files: Files, name = Object.keys(files)[0]!): Promise<Editor> {
  editor = await Editor.start(files);
  await editor.open(name);
  return editor;
}

test('a finding stands at its range, with the other side, and goes when it is mended', async () => {
  const marked = 'defaults:\n  - _self_\npolicy:\n  n_emb: 256\n  n_head: <|6|>\n';
  const { ranges, text } = unmark(marked);
  await opened({ 'config/a.yaml': text });
  const found = await editor!.diagnostic('config/a.yaml', 'heads-do-not-divide');
  expect(found.range).toEqual(ranges[0]);
  expect(found.relatedInformation).toHaveLength(1);
  const changed = await editor!.fix('config/a.yaml', 'heads-do-not-divide', 'Use 4 heads');
  expect(changed.get('config/a.yaml')).toBe(text.replace('head: 6', 'head: 4'));
  await editor!.until('config/a.yaml', (diagnostics) => diagnostics.length === 0);
});

test('a group file is judged with the primary that uses it; unsaved text counts', async () => {
  const files = policyProject();
  await opened(files, 'config/task/pick.yaml');
  const missing = await editor!.diagnostic('config/task/pick.yaml', 'dataset-missing');
  expect(missing.message).toContain(`${editor!.root}/d.zarr`);
  await editor!.type(
    'config/task/pick.yaml',
    files['config/task/pick.yaml']!.replace('d.zarr', 'other.zarr'),
  );
  await editor!.until('config/task/pick.yaml', ([first]) => String(first?.message).includes('other.zarr'));
});

test('a finding that one of two primaries has names it', async () => {
  const task = 'policy:\n  n_head: 6\n';
  const primary = (width: number) => `defaults:\n  - task: t\n  - _self_\npolicy:\n  n_emb: ${width}\n`;
  const header = '# @package _global_\n';
  await opened(
    { 'config/task/t.yaml': header + task, 'config/a.yaml': primary(256), 'config/b.yaml': primary(96) },
    'config/task/t.yaml',
  );
  const found = await editor!.diagnostic('config/task/t.yaml', 'heads-do-not-divide');
  expect(found.message).toMatch(/\(in a\.yaml\)$/);
});

test('half-typed text is told where it breaks, then forgotten', async () => {
  await opened({ 'config/a.yaml': 'defaults: [_self_]\na: 1\n' });
  await editor!.type('config/a.yaml', 'defaults: [_self_]\na: [1\nb: 2\n');
  await editor!.diagnostic('config/a.yaml', 'yaml-syntax');
  await editor!.type('config/a.yaml', 'defaults: [_self_]\na: 1\nb: 2\n');
  await editor!.until('config/a.yaml', (diagnostics) => diagnostics.length === 0);
});

test('severities and the start folder are settings', async () => {
  const files = {
    'config/a.yaml': 'defaults: [_self_]\ntask:\n  dataset_path: d.zarr\npolicy: {n_emb: 256, n_head: 6}\n',
  };
  const settings = {
    severity: { 'dataset-missing': 'hint', 'heads-do-not-divide': 'off', nonsense: 'error' },
    startFolder: 'sub',
  };
  editor = await Editor.start(files, settings);
  await editor.open('config/a.yaml');
  const found = await editor.diagnostic('config/a.yaml', 'dataset-missing');
  expect(found.severity).toBe(4);
  expect(found.message).toContain(`${editor.root}/sub/d.zarr`);
  expect(editor.published('config/a.yaml')).toHaveLength(1);
});

const ORDINARY: Files = {
  'docker-compose.yaml':
    'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n    environment: {DEBUG: off}\nvolumes: {data: {}}\n',
  '.github/workflows/ci.yaml':
    'name: ci\non: [push]\ndefaults:\n  run:\n    shell: bash\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.ref }}\n',
  'k8s/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: ???\n',
  'openapi.yaml':
    'openapi: 3.0.0\ninfo: {title: a, version: 1.0.0}\npaths:\n  /a:\n    get:\n      responses: {"200": {description: ok}}\ncomponents: {schemas: {A: {type: object}}}\n',
};

test('ordinary YAML gets nothing', async () => {
  editor = await Editor.start({ ...ORDINARY, 'config/a.yaml': 'defaults: [_self_]\nx: ${nothing}\n' });
  for (const name of Object.keys(ORDINARY)) await editor.open(name);
  await editor.open('config/a.yaml');
  await editor.diagnostic('config/a.yaml', 'interpolation-error');
  for (const name of Object.keys(ORDINARY)) expect(editor.published(name), name).toEqual([]);
});

test('what lies in a folder that a setting calls a config root is a config', async () => {
  editor = await Editor.start({ 'plain/a.yaml': 'x: ${nothing}\n' }, { configRoots: ['plain'] });
  await editor.open('plain/a.yaml');
  await editor.diagnostic('plain/a.yaml', 'interpolation-error');
});

test('a config that is written from nothing is judged before it is saved', async () => {
  const files = policyProject();
  const name = 'config/train.yaml';
  await opened({ ...files, [name]: '' }, name);
  const textDocument = { uri: editor!.uri(name) };
  expect((await editor!.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? []).toEqual([]);
  await editor!.type(name, files[name]!);
  await editor!.diagnostic('config/task/pick.yaml', 'dataset-missing');
});
