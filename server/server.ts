/** Wires the connection to documents and features. */
import {
  type Connection,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { HeaderCache } from '../engine/checks/disk.js';
import { Configuration } from './configuration.js';
import { Contents } from './documents/contents.js';
import { EditorFiles } from './documents/editorFiles.js';
import { pathOf } from './documents/uris.js';
import { codeActions } from './features/codeActions.js';
import { registerConfigFeatures } from './features/configFeatures.js';
import { Diagnostics } from './features/diagnostics.js';
import { LEGEND } from './features/semanticTokens.js';
import { COMPOSED, VirtualDocuments } from './features/virtualDocuments.js';
import type { BulkReader } from './reader/bulkReader.js';
import { unlessCancelled } from './requests.js';
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

  const configuration = new Configuration(connection, (settings) => {
    workbench.settings = settings;
    changed(true);
  });
  connection.onInitialize((params) => {
    configuration.initialize(params);
    return CAPABILITIES;
  });
  connection.onInitialized(() => configuration.ask());
  connection.onDidChangeConfiguration(() => configuration.ask());
  connection.onCodeAction((params) => codeActions(params, diagnostics));
  connection.workspace.textDocumentContent.on(({ uri }, token) =>
    unlessCancelled(token, async () => ({ text: await virtual.content(uri) })),
  );
  registerConfigFeatures(connection, documents, workbench);
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

const CAPABILITIES: InitializeResult = {
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
