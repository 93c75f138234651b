/** Wires the connection to documents and features. */

import {
  type Connection,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { DiskWatch } from '../engine/base/diskWatch.js';
import { HeaderCache } from '../engine/judge/checks/disk.js';
import { Configuration } from './configuration.js';
import { Contents } from './documents/contents.js';
import { EditorFiles } from './documents/editorFiles.js';
import { editorReader } from './documents/editorReader.js';
import { checkpointOf, Listings } from './documents/listings.js';
import { Projects } from './documents/projects.js';
import { Targets } from './documents/targets.js';
import { pathOf } from './documents/uris.js';
import { codeActions } from './features/codeActions.js';
import { Diagnostics } from './features/diagnostics.js';
import { Refreshes } from './features/refreshes.js';
import { registerFeatures } from './features/register.js';
import { LEGEND } from './features/semanticTokens.js';
import { TargetRequests } from './features/targetRequests.js';
import { registerViewerRequests } from './features/viewerRequests.js';
import { VirtualDocuments } from './features/virtualDocuments.js';
import type { BulkReader } from './reader/bulkReader.js';
import { unlessCancelled } from './requests.js';
import { CHECKPOINT, COMPOSED } from './schemes.js';
import { Workbench } from './workbench.js';

interface ServerIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads arrays and logs on its own thread. */
  readonly reader: BulkReader;
  /** Milliseconds between polls of everything that was judged: no events come from network file systems or from outside the workspace. */
  readonly pollEvery: number;
}

export function startServer(connection: Connection, io: ServerIo): void {
  const documents = new TextDocuments(TextDocument);
  const contents = new Contents(io.reader, () => changed());
  const data = new DiskWatch({ changed: () => onDisk(() => changed()) });
  const texts = new DiskWatch({ changed: (paths) => onDisk(() => textsChanged(paths)) });
  const runs = new DiskWatch({ changed: () => refreshes.tree() });
  const disk = new HeaderCache({ contents: contents.of, look: data.look });
  const log = (message: string) => connection.console.error(message);
  const files = new EditorFiles(documents, texts.look);
  const reader = editorReader(files, texts.look);
  const openPaths = () => documents.all().flatMap(({ uri }) => pathOf(uri) ?? []);
  const targets = new Targets({ files, openPaths, reader, log, changed: () => changed() });
  const projects = new Projects(reader, () => changed(), log);
  const looked = (path: string) => void texts.look(path);
  const lookedAtRun = (path: string) => void runs.look(path);
  const workbench = new Workbench({
    ...{ files, reader, disk, targets, looked, lookedAtRun, log },
    project: projects.of,
    env: io.env,
  });
  const refreshes = new Refreshes(connection);
  const listings = new Listings(workbench);
  const virtual = new VirtualDocuments(connection, workbench, listings);
  const settled = async () => {
    await virtual.refresh();
    const isListed = documents.all().some(({ uri }) => checkpointOf(uri) !== undefined);
    await refreshes.settled(isListed);
    await requests.tell();
  };
  const diagnostics = new Diagnostics(connection, workbench, openPaths, settled);
  const changed = (configs = false) => {
    workbench.changed(configs);
    diagnostics.schedule();
  };
  const textsChanged = (paths: readonly string[]) => {
    if (paths.some((path) => !/\.ya?ml$/.test(path))) {
      projects.forget();
      targets.lookAt();
    }
    changed(true);
  };
  const onDisk = (judgeAnew: () => void) => {
    refreshes.expect();
    judgeAnew();
  };
  const reread = () => {
    disk.forget();
    files.forget();
    contents.forget();
    textsChanged(['']);
    return diagnostics.told();
  };

  const configuration = new Configuration(connection, (settings) => {
    workbench.settings = settings;
    targets.configRoots = settings.configRoots;
    changed(true);
  });
  const requests = new TargetRequests(connection, workbench, { chosen: () => changed(), reread });
  connection.onInitialize((params) => {
    configuration.initialize(params);
    refreshes.initialize(params.capabilities);
    return CAPABILITIES;
  });
  connection.onInitialized(() => {
    targets.lookAt(configuration.folders);
    return configuration.ask();
  });
  connection.onDidChangeConfiguration(() => configuration.ask());
  connection.onCodeAction((params) => codeActions(params, diagnostics));
  connection.workspace.textDocumentContent.on(({ uri }, token) =>
    unlessCancelled(token, async () => ({ text: await virtual.content(uri) })),
  );
  registerViewerRequests(connection, io.reader, workbench);
  registerFeatures({ connection, documents, workbench, listings });
  documents.onDidChangeContent(({ document }) => {
    const path = pathOf(document.uri);
    if (path !== undefined) {
      workbench.focused(path);
      targets.forgetScript(path);
    }
    workbench.edited();
    diagnostics.schedule();
  });
  documents.onDidOpen(() => changed(true));
  documents.onDidClose(() => changed(true));
  documents.onDidSave(() => changed(true));
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (changes.some(({ uri }) => uri.endsWith('.py'))) projects.forget();
    targets.lookAt();
    onDisk(() => changed(true));
  });
  const watches = [data, texts, runs];
  for (const watch of watches) watch.start(io.pollEvery);
  connection.onShutdown(() => {
    for (const watch of watches) watch.stop();
    targets.stop();
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
    workspace: { textDocumentContent: { schemes: [COMPOSED, CHECKPOINT] } },
    completionProvider: { triggerCharacters: ['$', '{', '.', '/', ':', ' '] },
    codeLensProvider: {},
    documentLinkProvider: {},
    // For checkpoint listings, which depend on the target's config; configs are reported without a request.
    diagnosticProvider: { identifier: 'regrip', interFileDependencies: true, workspaceDiagnostics: false },
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    semanticTokensProvider: { legend: LEGEND, full: true },
  },
};
