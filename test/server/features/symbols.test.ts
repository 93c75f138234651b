/** Outline and folding, from the text alone. */
import { expect, test } from 'vitest';
import { type DocumentSymbol, DocumentSymbolRequest, SymbolKind } from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { documentSymbols, foldingRanges } from '../../../server/features/symbols.js';
import { Asking } from '../asking.js';

const document = (text: string) => TextDocument.create('file:///a.yaml', 'yaml', 1, text);
const outline = (text: string) => names(documentSymbols(document(text)));
const names = (all: readonly DocumentSymbol[]): unknown[] =>
  all.map(({ name, children }) => (children?.length ? [name, ...names(children)] : name));
const folds = (text: string) =>
  foldingRanges(document(text)).map(({ startLine, endLine }) => [startLine, endLine]);

const TEXT = 'defaults: [_self_]\na:\n  b: 1\n  c:\n    - d: 2\n    - 3\n\n# end\ne: 5\n';

test('the outline follows the keys; items of lists have none of their own', () => {
  expect(outline(TEXT)).toEqual(['defaults', ['a', 'b', ['c', 'd']], 'e']);
});

test('a symbol says what it is, and its value', () => {
  const [list, map, value] = documentSymbols(document('l: [1]\nm: {x: 1}\nv: text\n'));
  expect([list!.kind, map!.kind, value!.kind]).toEqual([
    SymbolKind.Array,
    SymbolKind.Object,
    SymbolKind.Property,
  ]);
  expect(value).toMatchObject({ detail: 'text', selectionRange: { end: { line: 2, character: 1 } } });
});

test('an empty key has a name that clients take; a selection lies within its range', () => {
  const all = documentSymbols(document('"": 1\nb:\n'));
  expect(all.map(({ name }) => name)).toEqual(['""', 'b']);
  for (const { range, selectionRange } of all)
    expect([range.start, range.end.character >= selectionRange.end.character]).toEqual([
      selectionRange.start,
      true,
    ]);
});

test('collections of several lines fold, up to their last line that holds something', () => {
  expect(folds(TEXT)).toEqual([
    [1, 5],
    [3, 5],
  ]);
  expect(folds('a: {b: 1}\n')).toEqual([]);
  expect(folds('a:\n  - 1\n  - 2')).toEqual([[0, 2]]);
});

test('half-typed text has what can be told of it', () => {
  expect(outline('a: 1\nb: [1, {c: 2\n')).toEqual(expect.arrayContaining(['a']));
  expect(outline('')).toEqual([]);
});

const asking = new Asking();

test('other YAML gets none of it', async () => {
  const params = await asking.document({ 'docker-compose.yaml': 'services:\n  web:\n    image: nginx\n' });
  const { connection } = asking.editor;
  expect(await connection.sendRequest(DocumentSymbolRequest.type, params)).toEqual([]);
});
