/** A checkpoint's keys as a document: text, hover, diagnostics, definition and the way back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  DefinitionRequest,
  type Diagnostic,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  type FullDocumentDiagnosticReport,
  type Hover,
  HoverRequest,
  type Location,
  type MarkupContent,
  type Position,
  ReferencesRequest,
  TextDocumentContentRequest,
} from 'vscode-languageserver-protocol';
import { toYaml } from '../../../engine/config/yaml/write.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { Editor } from '../client.js';

const REFERENCE = join(import.meta.dirname, '../../fixtures/reference');
const CONFIG = 'config/train.yaml';

let editor: Editor;
let uri: string;
let text: string;

/** The 7-D checkpoint beside its own config, with 8-D actions and the checkpoint as its start. */
beforeEach(async () => {
  editor = await Editor.start();
  editor.write('old.ckpt', gunzipSync(readFileSync(join(REFERENCE, 'policy-7d.ckpt.gz'))));
  const file = await openCheckpoint(join(editor.root, 'old.ckpt'));
  await file.close();
  const yaml = toYaml({ ...file.index.config!, pretrained: { path: 'old.ckpt', load_weights: true } });
  const eight = yaml.replaceAll(/(action:\n\s+shape:\n\s+- )7/g, '$18');
  expect(eight).not.toBe(yaml);
  editor.write(CONFIG, `defaults: [_self_]\n${eight}`);
  await editor.open(CONFIG);
  await editor.diagnostic(CONFIG, 'pretrained-incompatible');
  uri = `${editor.uri('old.ckpt').replace('file://', 'regrip-checkpoint:')}.keys`;
  text = (await editor.connection.sendRequest(TextDocumentContentRequest.type, { uri })).text;
  await editor.connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'regrip-checkpoint', version: 1, text },
  });
});
afterEach(async () => {
  await editor.stop();
  expect(editor.errors).toEqual([]);
});

function placeOf(piece: string): Position {
  const lines = text.split('\n');
  const line = lines.findIndex((each) => each.includes(piece));
  return { line, character: lines[line]!.indexOf(piece) };
}

const at = (position: Position) => ({ textDocument: { uri }, position });
const pulled = async (): Promise<Diagnostic[]> =>
  (
    (await editor.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    })) as FullDocumentDiagnosticReport
  ).items;

test('one key a line, with shape and dtype', () => {
  expect(text).toMatch(/^\s*model\.head\.weight\s+\[7, \d+\]\s+float32/m);
});

test('hovering a key shows the file, what is expected, and what adapt would do', async () => {
  const hover = (await editor.connection.sendRequest(
    HoverRequest.type,
    at(placeOf('model.head.weight')),
  )) as Hover;
  const { value } = hover.contents as MarkupContent;
  expect(value).toMatch(/in the file: `\[7, \d+\]/);
  expect(value).toMatch(/expected: `\[8, \d+\]/);
  expect(value).toMatch(/adapt: widened/);
  expect(value).toContain('policy.shape_meta.action.shape');
});

test('mismatches are pulled, and follow the target', async () => {
  const before = await pulled();
  expect(before.filter(({ code }) => code === 'shape-mismatch').length).toBeGreaterThan(0);
  expect(before[0]!.message).toMatch(/7 in the file, 8 expected/);
  const config = readFileSync(join(editor.root, CONFIG), 'utf8');
  await editor.type(CONFIG, config.replaceAll(/(action:\n\s+shape:\n\s+- )8/g, '$17'));
  await editor.until(CONFIG, (diagnostics) =>
    diagnostics.every(({ code }) => code !== 'pretrained-incompatible'),
  );
  expect((await pulled()).filter(({ code }) => code === 'shape-mismatch')).toEqual([]);
});

test('a key leads to the config value that sets its dimension, and back', async () => {
  const places = (await editor.connection.sendRequest(
    DefinitionRequest.type,
    at(placeOf('model.head.bias')),
  )) as Location[];
  const [place] = places;
  expect(place!.uri).toBe(editor.uri(CONFIG));
  const lines = readFileSync(join(editor.root, CONFIG), 'utf8').split('\n');
  expect(lines[place!.range.start.line]).toMatch(/^\s+- 8$/);
  const back = (await editor.connection.sendRequest(ReferencesRequest.type, {
    textDocument: { uri: editor.uri(CONFIG) },
    position: place!.range.start,
    context: { includeDeclaration: false },
  })) as Location[];
  const named = back
    .filter((each) => each.uri === uri)
    .map(({ range }) => text.split('\n')[range.start.line]);
  expect(named.some((line) => line?.includes('model.head.bias'))).toBe(true);
  expect(named.some((line) => line?.includes('model.pos_emb'))).toBe(false);
});

test('modules fold and are outlined', async () => {
  const folds = await editor.connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } });
  const symbols = await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
  expect(folds!.length).toBeGreaterThan(5);
  expect(symbols!.length).toBeGreaterThan(1);
});
