/** Tells the client what to request anew once everything has been judged again: lenses, hints and listings of open documents, and the tree in the side bar. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import { diskChanged } from '../editorRequests.js';

export class Refreshes {
  private capabilities: NonNullable<ClientCapabilities['workspace']> = {};
  private isExpected = false;

  constructor(private readonly connection: Connection) {}

  initialize({ workspace = {} }: ClientCapabilities): void {
    this.capabilities = workspace;
  }

  /** Something changed on disk: what depends on it is requested once it has been judged anew. */
  expect(): void {
    this.isExpected = true;
  }

  /** Everything has been judged anew. */
  async settled(isListingOpen: boolean): Promise<void> {
    const { diagnostics, codeLens, inlayHint } = this.capabilities;
    if (isListingOpen && diagnostics?.refreshSupport === true)
      this.ask(this.connection.languages.diagnostics);
    if (!this.isExpected) return;
    this.isExpected = false;
    if (codeLens?.refreshSupport === true)
      this.ask({ refresh: () => this.connection.sendRequest('workspace/codeLens/refresh') });
    if (inlayHint?.refreshSupport === true) this.ask(this.connection.languages.inlayHint);
    await this.tree();
  }

  /** For changes that no check depends on: runs. */
  async tree(): Promise<void> {
    await this.connection.sendNotification(diskChanged);
  }

  /** An editor that is closing no longer answers. */
  private ask(part: { refresh(): unknown }): void {
    Promise.resolve(part.refresh()).catch(() => undefined);
  }
}
