/** What can be done with a target, above it. */
import { expect, test } from 'vitest';
import { CodeLensRequest } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';
import type { Files } from '../client.js';

const asking = new Asking();
const FILES = { 'config/a.yaml': 'defaults: [{task: t}, _self_]\n', 'config/task/t.yaml': 'x: 1\n' };

async function lenses(files: Files, name: string) {
  const document = await asking.document(files, name);
  return (await asking.editor.connection.sendRequest(CodeLensRequest.type, document)) ?? [];
}

test('above a primary config: each command with the target that it is for', async () => {
  const found = await lenses(FILES, 'config/a.yaml');
  expect(found.map(({ command }) => command!.title)).toEqual([
    'compose',
    'check',
    'convert',
    'adapt',
    'fine-tune',
  ]);
  expect(found.map(({ range }) => range.start.line)).toEqual([0, 0, 0, 0, 0]);
  const target = `${asking.editor.root}/config/a.yaml`;
  expect(found.map(({ command }) => command!.arguments)).toEqual(found.map(() => [{ target }]));
});

test.each([
  ['a group file, which is not run', FILES, 'config/task/t.yaml'],
  ['other YAML', { 'docker-compose.yaml': 'services:\n  web:\n    image: nginx\n' }, 'docker-compose.yaml'],
])('none above %s', async (_, files, name) => {
  expect(await lenses(files, name)).toEqual([]);
});

test('above each launch of a script', async () => {
  const files = {
    ...FILES,
    'train.py': '@hydra.main(config_path="config", config_name="a")\ndef main(cfg): ...\n',
    'run.sh': '#!/bin/bash\npython train.py x=1\n\npython train.py x=2\n',
  };
  const found = await lenses(files, 'run.sh');
  expect([...new Set(found.map(({ range }) => range.start.line))]).toEqual([1, 3]);
  expect(new Set(found.map(({ command }) => command!.arguments![0].target)).size).toBe(2);
});
