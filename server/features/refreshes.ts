/** Tells the client what to ask for anew, once all was judged again: lenses, hints and listings of open documents, and the tree of the side bar. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import { diskChanged } from '../editorRequests.js';

export class Refreshes {
  private capabilities: NonNullable<ClientCapabilities['workspace']> = {};
  private isExpected = false;

  constructor(private readonly connection: Connection) {}

  initialize({ workspace = {} }: ClientCapabilities): void {
    this.capabilities = workspace;
  }

  /** Something is another on disk: what hangs on it is asked for once it was judged anew. */
  expect(): void {
    this.isExpected = true;
  }

  /** All was judged anew. */
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

  /** What no judgement depends on: runs. */
  async tree(): Promise<void> {
    await this.connection.sendNotification(diskChanged);
  }

  /** An editor that closes meanwhile answers no more. */
  private ask(part: { refresh(): unknown }): void {
    Promise.resolve(part.refresh()).catch(() => undefined);
  }
}
