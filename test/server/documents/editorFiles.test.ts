/** Config files as the editor has them: unsaved text over the disk, each parsed once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { EditorFiles } from '../../../server/documents/editorFiles.js';
import { editorReader } from '../../../server/documents/editorReader.js';
import { uriOf } from '../../../server/documents/uris.js';

let folder: string;
let path: string;
let stamp: string;
let open: Map<string, TextDocument>;
let files: EditorFiles;
const looked: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-files-'));
  path = join(folder, 'a.yaml');
  writeFileSync(path, 'x: disk\n');
  stamp = 'one';
  open = new Map();
  looked.length = 0;
  files = new EditorFiles(open as unknown as TextDocuments<TextDocument>, async (each) => {
    looked.push(each);
    return stamp;
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const type = (text: string, version: number) =>
  open.set(uriOf(path), TextDocument.create(uriOf(path), 'yaml', version, text));

test('unsaved text counts, the disk else', async () => {
  expect((await files.read(path)).text).toBe('x: disk\n');
  type('x: typed\n', 1);
  expect((await files.read(path)).text).toBe('x: typed\n');
  open.clear();
  expect((await files.read(path)).text).toBe('x: disk\n');
});

test('each state is parsed once', async () => {
  const first = await files.read(path);
  expect(await files.read(path)).toBe(first);
  stamp = 'two';
  expect(await files.read(path)).not.toBe(first);
  type('x: typed\n', 1);
  const typed = await files.read(path);
  expect(await files.read(path)).toBe(typed);
  type('x: more\n', 2);
  expect((await files.read(path)).text).toBe('x: more\n');
});

test('forgotten files are read anew', async () => {
  const first = await files.read(path);
  files.forget();
  expect(await files.read(path)).not.toBe(first);
});

test('what is there: an open file that was never saved too', async () => {
  const kinds = () => Promise.all([path, folder, join(folder, 'none')].map((each) => files.kindOf(each)));
  expect(await kinds()).toEqual(['file', 'folder', undefined]);
  rmSync(path);
  type('x: 1\n', 1);
  expect((await kinds())[0]).toBe('file');
});

test('a project’s texts are the editor’s too, and what was read of the disk is watched', async () => {
  const reader = editorReader(files, async (each) => {
    looked.push(each);
    return stamp;
  });
  expect(await reader.readText(path)).toBe('x: disk\n');
  expect(await reader.list(folder)).toEqual([{ name: 'a.yaml', kind: 'file' }]);
  expect(looked).toEqual([path, folder]);
  type('x: typed\n', 1);
  expect(await reader.readText(path)).toBe('x: typed\n');
  expect(looked).toHaveLength(2);
});
