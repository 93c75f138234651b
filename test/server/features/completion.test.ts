/** Completion, lenses, links, outline, folding and tokens through a real client. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  CodeLensRequest,
  type CompletionItem,
  CompletionRequest,
  DocumentLinkRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver-protocol';
import { Editor, type Files, unmark } from '../client.js';

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.stop();
  expect(editor?.errors ?? []).toEqual([]);
  editor = undefined;
});

async function opened(files: Files, name = Object.keys(files)[0]!) {
  editor = await Editor.start(files);
  await editor.open(name);
  return { textDocument: { uri: editor.uri(name) } };
}

async function completed(files: Files): Promise<string[]> {
  const params = await opened(files);
  const position = unmark(Object.values(files)[0]!).cursors[0]!;
  const items = (await editor!.connection.sendRequest(CompletionRequest.type, {
    ...params,
    position,
  })) as CompletionItem[];
  return [...items]
    .sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1))
    .map(({ label }) => label);
}

describe('completion', () => {
  test('behind ${ the keys of the composed config, then one step further', async () => {
    const files = {
      'config/a.yaml': 'defaults: [_self_, {task: t}]\nx: ${<|>\n',
      'config/task/t.yaml': 'width: 1\n',
    };
    expect(await completed(files)).toEqual(expect.arrayContaining(['task', 'oc.env', 'eval']));
    await editor!.stop();
    expect(
      await completed({ ...files, 'config/a.yaml': 'defaults: [_self_, {task: t}]\nx: ${task.<|>}\n' }),
    ).toEqual(['width']);
  });

  test('in a defaults list: groups and options', async () => {
    const groups = { 'config/task/one.yaml': 'a: 1\n', 'config/task/two.yaml': 'a: 2\n' };
    expect(await completed({ 'config/a.yaml': 'defaults:\n  - task: <|>\n', ...groups })).toEqual([
      'one',
      'two',
    ]);
    await editor!.stop();
    expect(await completed({ 'config/a.yaml': 'defaults:\n  - _self_\n  - <|>\n', ...groups })).toEqual([
      '_self_',
      'task',
    ]);
  });

  test('paths: data sets and checkpoints first', async () => {
    const files = {
      'config/a.yaml': 'defaults: [_self_]\nx: data/<|>\n',
      'data/a.txt': '',
      'data/z.zarr/.zgroup': '{}',
      'data/b/c': '',
    };
    expect(await completed(files)).toEqual(['z.zarr', 'b/', 'a.txt']);
  });

  test('keys that are not written here yet', async () => {
    const files = {
      'config/a.yaml': 'defaults: [{task: t}, _self_]\ntask:\n  width: 1\n  <|>\n',
      'config/task/t.yaml': 'width: 2\nheight: 3\n',
    };
    expect(await completed(files)).toEqual(['height']);
    await editor!.stop();
    expect(
      await completed({ 'config/a.yaml': 'defaults: [_self_]\npretrained:\n  path: a\n  <|>\n' }),
    ).toEqual(['load_weights']);
  });
});

test('lenses stand above a primary config alone', async () => {
  const files = { 'config/a.yaml': 'defaults: [{task: t}, _self_]\n', 'config/task/t.yaml': 'x: 1\n' };
  const lenses = await lensesOf(files, 'config/a.yaml');
  expect(lenses).toEqual(['compose', 'check', 'convert', 'adapt', 'fine-tune']);
  await editor!.stop();
  expect(await lensesOf(files, 'config/task/t.yaml')).toEqual([]);
});

async function lensesOf(files: Files, name: string): Promise<(string | undefined)[]> {
  const params = await opened(files, name);
  return ((await editor!.connection.sendRequest(CodeLensRequest.type, params)) ?? []).map(
    ({ command }) => command?.title,
  );
}

test('links lead to listed configs and to files that values name', async () => {
  const params = await opened({
    'config/a.yaml': 'defaults:\n  - task: t\n  - _self_\nx: data/a.txt\ny: data/nothing.txt\nz: ${x}\n',
    'config/task/t.yaml': 'a: 1\n',
    'data/a.txt': '',
  });
  const links = await editor!.connection.sendRequest(DocumentLinkRequest.type, params);
  expect(
    links?.map(({ range, target }) => [range.start.line, target?.slice(editor!.uri('').length + 1)]),
  ).toEqual([
    [1, 'config/task/t.yaml'],
    [3, 'data/a.txt'],
    [5, 'data/a.txt'],
  ]);
});

test('outline and folding follow the keys', async () => {
  const params = await opened({
    'config/a.yaml': 'defaults: [_self_]\na:\n  b: 1\n  c:\n    - d: 2\n    - 3\n\n# end\ne: 5\n',
  });
  const symbols = (await editor!.connection.sendRequest(
    DocumentSymbolRequest.type,
    params,
  )) as DocumentSymbol[];
  const shown = (all: readonly DocumentSymbol[]): unknown[] =>
    all.map(({ name, children }) => (children?.length ? [name, ...shown(children)] : name));
  expect(shown(symbols)).toEqual(['defaults', ['a', 'b', ['c', 'd']], 'e']);
  const folds = await editor!.connection.sendRequest(FoldingRangeRequest.type, params);
  expect(folds?.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
    [1, 5],
    [3, 5],
  ]);
});

test('tokens: references, resolvers, groups and classes', async () => {
  const params = await opened({
    'config/a.yaml': "defaults:\n  - task: t\n  - _self_\n_target_: a.B\nx: ${task.w}\ny: ${eval:'${x}+1'}\n",
    'config/task/t.yaml': 'w: 1\n',
  });
  const tokens = await editor!.connection.sendRequest(SemanticTokensRequest.type, params);
  const rows: number[][] = [];
  for (let at = 0; at < tokens!.data.length; at += 5) rows.push(tokens!.data.slice(at, at + 4));
  // Lines and columns count from the token before.
  expect(rows).toEqual([
    [1, 4, 4, 2],
    [2, 10, 3, 3],
    [1, 5, 6, 0],
    [1, 5, 4, 1],
    [0, 8, 1, 0],
  ]);
});

test('a flow of files that are no configs gets none of it', async () => {
  const params = await opened({ 'docker-compose.yaml': 'services:\n  web:\n    image: nginx\n' });
  expect(await editor!.connection.sendRequest(CodeLensRequest.type, params)).toEqual([]);
  expect(await editor!.connection.sendRequest(DocumentSymbolRequest.type, params)).toEqual([]);
});
