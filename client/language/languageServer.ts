/** Starts, restarts and stops the language server, and tells whoever listens that it came. */
import * as vscode from 'vscode';
import {
  type Disposable,
  LanguageClient,
  type LanguageClientOptions,
  type NotificationType,
  type RequestType,
  type RequestType0,
  State,
  TransportKind,
} from 'vscode-languageclient/node';

import type { ViewerRequest } from '../../server/protocol.js';
import type { ViewerServer } from '../editors/viewerServer.js';

/** What findings depend on. Data sets are not among them: too many files, and the server looks at their headers itself. */
const WATCHED = '**/*.{yaml,yml,sh,py,ckpt,pth,pt}';

export class LanguageServer implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel('Regrip Language Server', { log: true });
  private readonly watcher = vscode.workspace.createFileSystemWatcher(WATCHED);
  private readonly client: LanguageClient;
  private readonly cameUp = new vscode.EventEmitter<void>();
  private readonly wentDown = new vscode.EventEmitter<void>();
  /** It answers from now on: at the start, and after each restart. */
  readonly onUp = this.cameUp.event;
  readonly onDown = this.wentDown.event;

  /** `module` is the server's bundle. */
  constructor(module: string) {
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: 'file', language: 'yaml' },
        { scheme: 'file', language: 'shellscript' },
        { language: 'regrip-checkpoint' },
      ],
      outputChannel: this.log,
      synchronize: { fileEvents: this.watcher, configurationSection: 'regrip' },
    };
    this.client = new LanguageClient('regrip', 'Regrip', { module, transport: TransportKind.ipc }, options);
    this.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.cameUp.fire();
      if (newState === State.Stopped) this.wentDown.fire();
    });
  }

  start(): Promise<void> {
    return this.client.start();
  }

  restart(): Promise<void> {
    return this.client.restart();
  }

  async stop(): Promise<void> {
    if (this.client.isRunning()) await this.client.stop();
  }

  /** At once when it is up, else when it comes up. */
  async whenUp(): Promise<void> {
    if (this.client.isRunning()) return;
    await new Promise<void>((resolve) => {
      const listening = this.onUp(() => {
        listening.dispose();
        resolve();
      });
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
        return await this.client.sendRequest<Result>(type.method, params, source.token);
      } finally {
        signal.removeEventListener('abort', cancel);
        source.dispose();
      }
    },
  };

  /** Rejects when the server is not there, or answers with an error. */
  ask<Result>(request: RequestType0<Result, void>): Promise<Result>;
  ask<Params extends object, Result>(
    request: RequestType<Params, Result, void>,
    params: Params,
  ): Promise<Result>;
  ask<Result>({ method }: { readonly method: string }, params?: object): Promise<Result> {
    return params === undefined
      ? this.client.sendRequest<Result>(method)
      : this.client.sendRequest<Result>(method, params);
  }

  onNotification<Params>(type: NotificationType<Params>, handle: (params: Params) => void): Disposable {
    return this.client.onNotification(type, handle);
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
