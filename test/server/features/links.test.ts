/** The files that a config names, as links. */
import { expect, test } from 'vitest';
import { DocumentLinkRequest } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';

const asking = new Asking();
const FILES = { 'config/task/t.yaml': 'a: 1\n', 'data/a.txt': '' };

async function links(text: string): Promise<unknown[]> {
  const document = await asking.document({ 'config/a.yaml': text, ...FILES });
  const found = await asking.editor.connection.sendRequest(DocumentLinkRequest.type, document);
  return found!.map(({ range, target }) => [range.start.line, asking.name(target!)]);
}

test('listed configs, and files that values name or resolve to', async () => {
  const text =
    'defaults:\n  - task: t\n  - _self_\nx: data/a.txt\ny: data/nothing.txt\nz: ${x}\nfolder: data/\n';
  expect(await links(text)).toEqual([
    [1, 'config/task/t.yaml'],
    [3, 'data/a.txt'],
    [5, 'data/a.txt'],
  ]);
});

test.each([
  ['a pattern', 'x: data/*.txt\n'],
  ['an address', 'x: https://host/data/a.txt\n'],
  ['a name without a folder', 'x: a.txt\n'],
  ['words with a slash between', 'x: and/or b\n'],
  ['a text that is longer than any path', `x: data/${'a'.repeat(5000)}\n`],
])('%s is none', async (_, text) => {
  expect(await links(`defaults: [_self_]\n${text}`)).toEqual([]);
});
