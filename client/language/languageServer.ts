/** Starts, restarts and stops the language server, and notifies listeners when it is up. */

import { type ChildProcess, fork } from 'node:child_process';
import * as vscode from 'vscode';
import type {
  Disposable,
  LanguageClient,
  LanguageClientOptions,
  NotificationType,
  NotificationType0,
  RequestType,
  RequestType0,
} from 'vscode-languageclient/node';
import { inspectorArguments } from '../../engine/base/inspector.js';
import { printable } from '../../engine/base/shown.js';
import type { ViewerRequest } from '../../server/editorRequests.js';
import type { ViewerServer } from '../editors/viewerServer.js';

/** What findings depend on. Data sets are not among them: too many files, and the server looks at their headers itself. */
const WATCHED = '**/*.{yaml,yml,sh,bash,slurm,sbatch,py,ckpt,pth,pt}';

/** Milliseconds that a server may take to start before waiting callers get an error. */
const PATIENCE = 60_000;

const notThere = (): Error => new Error(vscode.l10n.t('The language server is not running yet.'));

type Heard = (client: LanguageClient) => Disposable;

export class LanguageServer implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel('Regrip Language Server', { log: true });
  private readonly watcher = vscode.workspace.createFileSystemWatcher(WATCHED);
  private client: LanguageClient | undefined;
  private readonly heard: Heard[] = [];
  private readonly cameUp = new vscode.EventEmitter<void>();
  private readonly wentDown = new vscode.EventEmitter<void>();
  /** Fires when the server is ready: at the start, and after each restart. */
  readonly onUp = this.cameUp.event;
  readonly onDown = this.wentDown.event;

  /** `module` is the server's bundle. */
  constructor(private readonly module: string) {}

  /** The client's library is large: it is loaded once the extension has told the editor what it has, while the server starts. */
  async start(): Promise<void> {
    await new Promise(setImmediate); // the editor gets what it waits for first
    let early: ChildProcess | undefined = this.process();
    const library = await import('vscode-languageclient/node');
    const { LanguageClient: Client, IPCMessageReader, IPCMessageWriter, State } = library;
    const connect = async () => {
      const child = early ?? this.process();
      early = undefined; // a restart needs another
      return { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) };
    };
    const client = new Client('regrip', 'Regrip', connect, this.options());
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.cameUp.fire();
      if (newState === State.Stopped) this.wentDown.fire();
    });
    for (const hear of this.heard) hear(client);
    await client.start();
  }

  async restart(): Promise<void> {
    await this.client?.restart();
  }

  async stop(): Promise<void> {
    if (this.client?.isRunning() === true) await this.client.stop();
  }

  /** It ends when it is told to, and when this process does. */
  private process(): ChildProcess {
    const child = fork(this.module, ['--node-ipc'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: inspectorArguments('language server'), // a debugger that is attached to this process keeps to it
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => this.log.append(printable(data.toString())));
    child.on('error', (error) => this.log.error(error));
    return child;
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: 'file', language: 'yaml' },
        { scheme: 'file', language: 'shellscript' },
        { scheme: 'file', pattern: '**/*.{slurm,sbatch}' },
        { language: 'regrip-checkpoint' },
      ],
      outputChannel: this.log,
      synchronize: { fileEvents: this.watcher, configurationSection: 'regrip' },
    };
  }

  private get running(): LanguageClient {
    if (this.client === undefined) throw notThere();
    return this.client;
  }

  /** Resolves once the server is up; rejects when it does not start in time. */
  async whenUp(): Promise<void> {
    if (this.client?.isRunning() === true) return;
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(patience);
        listening.dispose();
        settle();
      };
      const listening = this.onUp(() => done(resolve));
      const patience = setTimeout(() => done(() => reject(notThere())), PATIENCE);
    });
  }

  /** For viewers: each question can be given up. */
  readonly viewer: ViewerServer = {
    ask: async <Params, Result>(
      { type }: ViewerRequest<Params, Result>,
      params: Params,
      signal: AbortSignal,
    ) => {
      signal.throwIfAborted();
      const source = new vscode.CancellationTokenSource();
      const cancel = () => source.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await this.running.sendRequest<Result>(type.method, params, source.token);
      } finally {
        signal.removeEventListener('abort', cancel);
        source.dispose();
      }
    },
  };

  /** Rejects when the server is not running, or answers with an error. */
  ask<Result>(request: RequestType0<Result, void>): Promise<Result>;
  ask<Params extends object, Result>(
    request: RequestType<Params, Result, void>,
    params: Params,
  ): Promise<Result>;
  async ask<Result>({ method }: { readonly method: string }, params?: object): Promise<Result> {
    return params === undefined
      ? this.running.sendRequest<Result>(method)
      : this.running.sendRequest<Result>(method, params);
  }

  /** Stays registered for the lifetime of this object, even after a restart. */
  onNotification<Params>(type: NotificationType<Params>, handle: (params: Params) => void): void;
  onNotification(type: NotificationType0, handle: () => void): void;
  onNotification({ method }: { readonly method: string }, handle: (params: never) => void): void {
    const hear: Heard = (client) =>
      client.onNotification(method, (params: unknown) => handle(params as never));
    this.heard.push(hear);
    if (this.client !== undefined) hear(this.client);
  }

  /** Shows what the server says about itself. */
  showLog(): void {
    this.log.show();
  }

  /** After `stop`. */
  dispose(): void {
    for (const part of [this.watcher, this.cameUp, this.wentDown, this.log]) part.dispose();
  }
}
