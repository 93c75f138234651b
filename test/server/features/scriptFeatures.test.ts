/** Launch scripts: their overrides count, and are hovered, completed and followed like values of the config. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CodeLensRequest } from 'vscode-languageserver-protocol';
import { setScriptArgumentsRequest } from '../../../server/editorRequests.js';
import { Asking } from '../asking.js';
import type { Files } from '../client.js';
import { SCRIPT_PROJECT } from './scriptProject.js';

const asking = new Asking();
const opened = (name: string, more: Files) => asking.open({ ...SCRIPT_PROJECT, ...more }, name);
const led = (script: string) => asking.led({ ...SCRIPT_PROJECT, 'run.sh': script });
const hovered = (script: string) => asking.hovered({ ...SCRIPT_PROJECT, 'run.sh': script });
async function completed(script: string): Promise<string[]> {
  const items = await asking.completed({ ...SCRIPT_PROJECT, 'run.sh': script });
  return items.map(({ label, insertText }) => insertText ?? label);
}

test('an override that is wrong is told in the script', async () => {
  await opened('run.sh', { 'run.sh': 'python train.py \\\n  policy.n_head=3\n' });
  const { range, message } = await asking.editor.diagnostic('run.sh', 'heads-do-not-divide');
  expect(message).toMatch(/^3 heads do not divide/);
  expect(range).toEqual({ start: { line: 1, character: 2 }, end: { line: 1, character: 17 } });
  await asking.editor.type('run.sh', 'python train.py \\\n  policy.n_head=4\n');
  await asking.editor.until('run.sh', (all) => all.every(({ code }) => code !== 'heads-do-not-divide'));
});

test('what it cures becomes a hint in the config that names it', async () => {
  await opened('config/a.yaml', { 'run.sh': 'python train.py policy.n_head=4\n' });
  const hint = await asking.editor.diagnostic('config/a.yaml', 'cured-by-script');
  expect(hint.message).toMatch(/^run\.sh overrides this\. Without that override: 5 heads do not divide/);
  expect(hint.relatedInformation?.at(-1)?.location.uri).toBe(asking.editor.uri('run.sh'));
  expect(asking.editor.published('config/a.yaml').map(({ code }) => code)).not.toContain(
    'heads-do-not-divide',
  );
});

test('what it is started with is given, and counts', async () => {
  await opened('config/a.yaml', { 'run.sh': 'python train.py --config-name=$1 policy.n_head=${2:-4}\n' });
  const script = join(asking.editor.root, 'run.sh');
  const give = (text: string) =>
    asking.editor.connection.sendRequest(setScriptArgumentsRequest, { script, text });
  await asking.editor.diagnostic('config/a.yaml', 'heads-do-not-divide'); // nobody knows which config it starts
  const { targets } = await give("a '8'");
  expect(targets.at(-1)).toMatchObject({
    script,
    overrides: ['policy.n_head=8'],
    usesArguments: true,
    arguments: 'a 8',
  });
  await asking.editor.diagnostic('config/a.yaml', 'cured-by-script');
  await give('');
  await asking.editor.diagnostic('config/a.yaml', 'heads-do-not-divide');
});

test('unsaved text of it counts', async () => {
  await opened('config/a.yaml', { 'run.sh': 'python train.py policy.n_head=4\n' });
  await asking.editor.diagnostic('config/a.yaml', 'cured-by-script');
  await asking.editor.open('run.sh', 'python train.py training.num_epochs=3\n');
  await asking.editor.diagnostic('config/a.yaml', 'heads-do-not-divide');
});

test('a value that the text does not tell is not a finding, and its hover says so', async () => {
  const script = 'python train.py task.dataset_path=<|>$1 policy.n_head=4\n';
  expect(await hovered(script)).toMatch(/^Unknown here: \$1\. What depends on it is not checked/);
  await asking.editor.open('config/a.yaml');
  await asking.editor.diagnostic('config/a.yaml', 'cured-by-script');
  const codes = [...asking.editor.published('config/task/pick.yaml'), ...asking.editor.published('run.sh')];
  expect(codes.filter(({ code }) => code === 'dataset-missing')).toEqual([]);
});

test('a line that does not reach the training is told', async () => {
  await opened('run.sh', { 'run.sh': 'python train.py \\ \n  training.num_epochs=3\n' });
  const { message } = await asking.editor.diagnostic('run.sh', 'launch-script');
  expect(message).toMatch(/^The command ended before this line, so training\.num_epochs=3 is not passed/);
});

test('other scripts are let be', async () => {
  const text = 'set -e\ncd build && python setup.py build_ext x=1\necho python train.py policy.n_head=3\n';
  await opened('run.sh', { 'run.sh': text });
  await asking.editor.open('config/a.yaml');
  await asking.editor.diagnostic('config/a.yaml', 'heads-do-not-divide');
  const lenses = await asking.editor.connection.sendRequest(CodeLensRequest.type, {
    textDocument: { uri: asking.editor.uri('run.sh') },
  });
  expect([asking.editor.published('run.sh'), lenses]).toEqual([[], []]);
});

test('hover: the value, where it is written, what it beats', async () => {
  const text = await hovered('python train.py training.num_<|>epochs=3\n');
  expect(text).toMatch(/^`training\.num_epochs` = `3`/);
  expect(text).toMatch(/overrides \[a\.yaml:6\]/);
});

test('definition: the value that it beats, the option of a group, the config', async () => {
  expect(await led('python train.py training.num_<|>epochs=3\n')).toEqual(['config/a.yaml:6']);
  expect(await led('python train.py task=pl<|>ace\n')).toEqual(['config/task/place.yaml:1']);
  expect(await led('python train.py --config-name=<|>a.yaml x=1\n')).toEqual(['config/a.yaml:1']);
});

test('completion: keys, groups and their options, values', async () => {
  const root = await completed('python train.py \\\n  <|>\n');
  expect(root).toEqual(expect.arrayContaining(['task=', 'training.', 'policy.']));
  expect(await completed('python train.py training.<|>\n')).toEqual(['num_epochs=', 'resume=']);
  expect(await completed('python train.py task=<|>\n')).toEqual(['pick', 'place']);
  expect(await completed('python train.py training.resume=<|>\n')).toEqual(['False', 'True']);
  expect(await completed('python train.py task.dataset_path=./<|>\n')).toContain('config/');
  expect(await completed('echo <|>\n')).toEqual([]);
});

test('lenses stand above each launch', async () => {
  await opened('run.sh', { 'run.sh': '#!/bin/bash\npython train.py x=1\n\npython train.py x=2\n' });
  const lenses = await asking.editor.connection.sendRequest(CodeLensRequest.type, {
    textDocument: { uri: asking.editor.uri('run.sh') },
  });
  expect([...new Set(lenses?.map(({ range }) => range.start.line))]).toEqual([1, 3]);
});
