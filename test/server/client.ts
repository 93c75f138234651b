/** A real LSP client: starts a server, in this process or the built one over stdio, opens projects of marked text, and asks as an editor does. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import {
  type CodeAction,
  CodeActionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  type DidChangeTextDocumentParams,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  ShutdownRequest,
  type TextEdit,
} from 'vscode-languageserver-protocol/node';
import { BulkReader } from '../../server/reader/bulkReader.js';
import { startServer } from '../../server/server.js';

const SERVER = fileURLToPath(new URL('../../out/server/main.js', import.meta.url));
const READER = new URL('../../out/server/reader.js', import.meta.url);
/** As `server/main.ts` does. */
const POLL_EVERY = 700;
const LANGUAGES: Readonly<Record<string, string>> = {
  yaml: 'yaml',
  yml: 'yaml',
  sh: 'shellscript',
  py: 'python',
};
/** Diagnostics that do not come within this time do not come. */
const PATIENCE = 25_000;

export type Files = Readonly<Record<string, string>>;

export interface Marked {
  readonly text: string;
  /** Where `<|>` stood. */
  readonly cursors: readonly Position[];
  /** What stood between `<|` and `|>`. */
  readonly ranges: readonly Range[];
}

/** `<|>` is a cursor, `<|…|>` a range. */
export function unmark(marked: string): Marked {
  const cursors: Position[] = [];
  const ranges: Range[] = [];
  let text = '';
  let start: Position | undefined;
  for (const piece of marked.split(/(<\|>|<\||\|>)/)) {
    const lines = text.split('\n');
    const here = { line: lines.length - 1, character: lines.at(-1)!.length };
    if (piece === '<|>') cursors.push(here);
    else if (piece === '<|') start = here;
    else if (piece === '|>') ranges.push({ start: start!, end: here });
    else text += piece;
  }
  return { text, cursors, ranges };
}

/** A server, as its client has it. */
interface Peer {
  readonly output: Readable;
  readonly input: Writable;
  /** Resolves once it is gone; at once for one of this process. */
  readonly ended: Promise<unknown>;
  readonly isGone: () => boolean;
}

/** Of this process: a second faster, and seen by the coverage. It polls, reads and answers as the built one does. */
function inBand(): Peer {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(input),
    new StreamMessageWriter(output),
  );
  const reader = new BulkReader({ module: READER });
  startServer(connection, { env: process.env, reader, pollEvery: POLL_EVERY });
  return { input, output, ended: Promise.resolve(), isGone: () => false };
}

function spawned(onError: (text: string) => void): Peer {
  const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.on('data', (data: Buffer) => onError(data.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { input: child.stdin, output: child.stdout, ended, isGone: () => child.exitCode !== null };
}

export class Editor {
  readonly root = mkdtempSync(join(tmpdir(), 'regrip-server-'));
  readonly connection: ProtocolConnection;
  readonly errors: string[] = [];
  capabilities!: InitializeResult['capabilities'];
  private readonly diagnostics = new Map<string, readonly Diagnostic[]>();
  private readonly waiting = new Set<() => void>();
  private readonly versions = new Map<string, number>();
  private readonly texts = new Map<string, string>();

  private readonly peer: Peer;

  private constructor(private readonly isProcess: boolean) {
    this.peer = isProcess ? spawned((text) => this.errors.push(text)) : inBand();
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.peer.output),
      new StreamMessageWriter(this.peer.input),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.diagnostics.set(uri, diagnostics);
      for (const wake of this.waiting) wake();
    });
    this.connection.onNotification(
      'window/logMessage',
      ({ type, message }: { type: number; message: string }) => {
        if (type === 1) this.errors.push(message);
      },
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/diagnostic/refresh', () => null);
    // A server that dies leaves no request waiting.
    if (isProcess) void this.peer.ended.then(() => this.connection.dispose());
    this.connection.listen();
  }

  /** Writes the files, and starts a server on their folder in this process. */
  static start(files: Files = {}, settings: unknown = {}): Promise<Editor> {
    return new Editor(false).initialized(files, settings);
  }

  /** The same with the built server, in a process of its own. */
  static spawn(files: Files = {}, settings: unknown = {}): Promise<Editor> {
    return new Editor(true).initialized(files, settings);
  }

  private async initialized(files: Files, settings: unknown): Promise<this> {
    for (const [name, marked] of Object.entries(files)) this.write(name, unmark(marked).text);
    const { capabilities } = await this.connection.sendRequest(InitializeRequest.type, {
      processId: this.isProcess ? process.pid : null,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(this.root).href, name: 'test' }],
      initializationOptions: settings,
      capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true } } },
    });
    this.capabilities = capabilities;
    await this.connection.sendNotification(InitializedNotification.type, {});
    return this;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.root, name)).href;
  }

  write(name: string, text: string | Uint8Array): void {
    const file = join(this.root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (typeof text === 'string') this.texts.set(name, text);
  }

  /** Writes files below a folder. */
  static writer(root: string): (name: string, text: string) => void {
    return (name, text) => {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    };
  }

  async open(name: string, text = this.texts.get(name)!): Promise<void> {
    this.versions.set(name, 1);
    this.texts.set(name, text);
    const languageId = LANGUAGES[name.split('.').at(-1)!] ?? 'plaintext';
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), languageId, version: 1, text },
    });
  }

  /** Replaces the whole text, as far as the server can tell; earlier diagnostics of the file are forgotten with `fresh`. */
  async type(name: string, text: string): Promise<void> {
    this.texts.set(name, text);
    await this.change(name, [{ text }]);
  }

  async change(name: string, contentChanges: DidChangeTextDocumentParams['contentChanges']): Promise<void> {
    const version = (this.versions.get(name) ?? 0) + 1;
    this.versions.set(name, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges,
    });
  }

  save(name: string): Promise<void> {
    return this.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  close(name: string): Promise<void> {
    return this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  /** What is published for the file now. */
  published(name: string): readonly Diagnostic[] {
    return this.diagnostics.get(this.uri(name)) ?? [];
  }

  /** What is published for all files now. */
  all(): readonly { readonly file: string; readonly diagnostic: Diagnostic }[] {
    return [...this.diagnostics].flatMap(([uri, all]) =>
      all.map((diagnostic) => ({ file: fileURLToPath(uri), diagnostic })),
    );
  }

  /** Waits until what is published for the file is as wanted. */
  async until(
    name: string,
    wanted: (diagnostics: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> {
    const end = Date.now() + PATIENCE;
    while (!wanted(this.published(name))) {
      const left = end - Date.now();
      const shown = this.published(name).map(({ code, message }) => `${code}: ${message}`);
      if (left <= 0)
        throw new Error(
          `waited in vain; ${name} has ${shown.join('\n') || 'nothing'}; ${this.errors.join('\n')}`,
        );
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.waiting.add(wake);
      });
    }
    return this.published(name);
  }

  /** The one diagnostic of that code in the file, once it comes. */
  async diagnostic(name: string, code: string): Promise<Diagnostic> {
    const all = await this.until(name, (diagnostics) => diagnostics.some((each) => each.code === code));
    return all.find((each) => each.code === code)!;
  }

  /** Applies the quick fix of that title, in the editor's text, and gives the new texts by name. */
  async fix(name: string, code: string, title: string): Promise<Map<string, string>> {
    const diagnostic = await this.diagnostic(name, code);
    const actions = ((await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri(name) },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    })) ?? []) as CodeAction[];
    const action = actions.find((each) => each.title === title);
    if (action === undefined)
      throw new Error(`no ${title} among ${actions.map((each) => each.title).join(', ')}`);
    const changed = new Map<string, string>();
    for (const [uri, edits] of Object.entries(action.edit?.changes ?? {})) {
      const file = [...this.texts.keys()].find((each) => this.uri(each) === uri)!;
      const text = applied(this.texts.get(file)!, edits);
      changed.set(file, text);
      await this.type(file, text);
    }
    return changed;
  }

  async stop(): Promise<void> {
    if (!this.peer.isGone()) {
      await this.connection.sendRequest(ShutdownRequest.type);
      // A server of this process would end it.
      if (this.isProcess) await this.connection.sendNotification(ExitNotification.type);
      await this.peer.ended;
    }
    this.connection.dispose();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (here, { range, newText }) =>
        here.slice(0, offset(range.start)) + newText + here.slice(offset(range.end)),
      text,
    );
}
