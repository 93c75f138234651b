/** Wires the connection to documents and features. */
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { HeaderCache } from '../engine/checks/disk.js';
import { configView } from './documents/configView.js';
import { Contents } from './documents/contents.js';
import { EditorFiles } from './documents/editorFiles.js';
import { pathOf } from './documents/uris.js';
import { codeActions } from './features/codeActions.js';
import { completion } from './features/completion.js';
import { definition, references } from './features/definition.js';
import { Diagnostics } from './features/diagnostics.js';
import { hover } from './features/hover.js';
import { inlayHints } from './features/inlayHints.js';
import { codeLenses } from './features/lenses.js';
import { documentLinks } from './features/links.js';
import { LEGEND, semanticTokens } from './features/semanticTokens.js';
import { documentSymbols, foldingRanges } from './features/symbols.js';
import { COMPOSED, VirtualDocuments } from './features/virtualDocuments.js';
import type { BulkReader } from './reader/bulkReader.js';
import { onDocument, unlessCancelled } from './requests.js';
import { Workbench } from './workbench.js';

export interface ServerIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads arrays and logs on a thread of its own. */
  readonly reader: BulkReader;
  /** Milliseconds between looks at data sets and checkpoints of open configs: network file systems send no events. */
  readonly pollEvery: number;
}

export function startServer(connection: Connection, io: ServerIo): void {
  const documents = new TextDocuments(TextDocument);
  const contents = new Contents(io.reader, () => changed());
  const disk = new HeaderCache(contents.of);
  const workbench = new Workbench({
    files: new EditorFiles(documents),
    disk,
    env: io.env,
    log: (message) => connection.console.error(message),
  });
  const openPaths = () => documents.all().flatMap(({ uri }) => pathOf(uri) ?? []);
  const virtual = new VirtualDocuments(connection, workbench);
  const diagnostics = new Diagnostics(connection, workbench, openPaths, () => virtual.refresh());
  const changed = (configs = false) => {
    workbench.changed(configs);
    diagnostics.schedule();
  };

  connection.onInitialize(initialized);
  connection.onCodeAction((params) => codeActions(params, diagnostics));
  connection.onHover(onDocument(documents, null, (document, params) => hover(params, document, workbench)));
  connection.onDefinition(
    onDocument(documents, [], (document, { position }) => definition(position, document, workbench)),
  );
  connection.onReferences(
    onDocument(documents, [], (document, { position }) => references(position, document, workbench)),
  );
  connection.onCompletion(
    onDocument(documents, [], (document, { position }) => completion(position, document, workbench)),
  );
  connection.onCodeLens(onDocument(documents, [], (document) => codeLenses(document, workbench)));
  connection.onDocumentLinks(onDocument(documents, [], (document) => documentLinks(document, workbench)));
  const ofConfig = <Result>(closed: Result, handle: (document: TextDocument) => Result) =>
    onDocument(documents, closed, async (document) =>
      (await configView(document, workbench)) === undefined ? closed : handle(document),
    );
  connection.onDocumentSymbol(ofConfig([], documentSymbols));
  connection.onFoldingRanges(ofConfig([], foldingRanges));
  connection.languages.semanticTokens.on(ofConfig({ data: [] }, semanticTokens));
  connection.workspace.textDocumentContent.on(({ uri }, token) =>
    unlessCancelled(token, async () => ({ text: await virtual.content(uri) })),
  );
  connection.languages.inlayHint.on(
    onDocument(documents, [], (document, { range }) => inlayHints(range, document, workbench)),
  );
  documents.onDidChangeContent(() => changed());
  documents.onDidOpen(() => changed(true));
  documents.onDidClose(() => changed(true));
  documents.onDidSave(() => changed(true));
  connection.onDidChangeWatchedFiles(() => changed(true));
  const poll = setInterval(async () => {
    if (!(await disk.changed())) return;
    contents.forget();
    changed();
  }, io.pollEvery);
  connection.onShutdown(() => {
    clearInterval(poll);
    return io.reader.dispose();
  });
  documents.listen(connection);
  connection.listen();
}

function initialized(_params: InitializeParams): InitializeResult {
  return {
    serverInfo: { name: 'regrip' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      codeActionProvider: { codeActionKinds: ['quickfix'] },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      inlayHintProvider: true,
      workspace: { textDocumentContent: { schemes: [COMPOSED] } },
      completionProvider: { triggerCharacters: ['$', '{', '.', '/', ':', ' '] },
      codeLensProvider: {},
      documentLinkProvider: {},
      documentSymbolProvider: true,
      foldingRangeProvider: true,
      semanticTokensProvider: { legend: LEGEND, full: true },
    },
  };
}
